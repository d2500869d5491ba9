// `keyward provider show`: one definition, in words or as the data it is.
import type { ProviderInfo } from "../../../control/protocol.ts";
import { define } from "../../define.ts";

/** Of a definition, what says how to log in. */
interface LoginParts {
  readonly oauth?: { readonly flows: readonly string[]; readonly howToGetClientId: string; readonly clientsUrl?: string };
  readonly selfHosted?: { readonly example: string };
  readonly capture?: readonly unknown[];
}

export const providerShow = define<{ provider: string }>({
  name: "provider show",
  summary: "show what keyward knows about a provider",
  args: [{ name: "<provider>", summary: "id of the provider" }],
  examples: [
    { command: "keyward provider show github", does: "hosts, logins, fields, variables" },
    { command: "keyward provider show github --json", does: "the whole definition" },
  ],
  run: async ({ provider }, { out, call, profile }) => {
    const { info, definition } = await call("provider.show", { profile, provider });
    out.object({
      id: info.id,
      name: info.name,
      category: info.category,
      custom: info.custom,
      connected: info.connected,
      hosts: info.hosts,
      fields: info.fields,
      keys_url: info.keysUrl,
      docs_url: info.docsUrl,
      verifiable: info.verifiable,
      definition,
    });
    out.facts([
      ["id", info.id],
      ["name", info.name],
      ["category", info.category],
      ["connected", info.connected ? "yes" : "no"],
      ["definition", info.custom ? "your own" : "bundled"],
      ["hosts", info.hosts.join(", ")],
      ["create a key", info.keysUrl ?? "unknown"],
      ["docs", info.docsUrl ?? "unknown"],
      ["key is tried at login", info.verifiable ? "yes" : "no"],
      ...loginFacts(info, definition ?? {}),
    ]);
    out.line();
    out.table(
      ["FIELD", "LABEL", "SECRET", "VARIABLES", "SHAPE"],
      info.fields.map((field) => [
        field.name,
        field.optional ? `${field.label} (optional)` : field.label,
        field.secret ? "yes" : "no",
        field.env.join(", "),
        field.hint ?? "",
      ]),
    );
  },
});

function loginFacts({ computed = [] }: ProviderInfo, { oauth, selfHosted, capture = [] }: LoginParts): [string, string][] {
  const flows = [...(oauth?.flows ?? []), ...computed.map(({ flow }) => flow)];
  const facts: [string, string][] = [["login", ["a key", ...flows.map((flow) => `--flow ${flow}`)].join(", ")]];
  if (oauth !== undefined) facts.push(["OAuth client", withPage(oauth.howToGetClientId, oauth.clientsUrl)]);
  for (const { flow, howTo, pageUrl } of computed) facts.push([`for --flow ${flow}`, withPage(howTo, pageUrl ?? undefined)]);
  if (selfHosted !== undefined) facts.push(["server of your own", `--base-url ${selfHosted.example}`]);
  if (capture.length > 0) facts.push(["logins of tools", "kept in a run"]);
  return facts;
}

function withPage(how: string, url: string | undefined): string {
  return url === undefined ? how : `${how} (${url})`;
}
