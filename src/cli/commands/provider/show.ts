// `keyward provider show`: one definition, in words or as the data it is.
import { define } from "../../define.ts";

export const providerShow = define<{ provider: string }>({
  name: "provider show",
  summary: "show what keyward knows about a provider",
  args: [{ name: "<provider>", summary: "id of the provider" }],
  examples: [
    { command: "keyward provider show github", does: "hosts, fields, variables" },
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
