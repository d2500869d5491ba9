// `keyward provider list`: the services keyward knows.
import type { Style } from "../../text/colour.ts";
import { KeywardError } from "../../../core/errors.ts";
import { define } from "../../define.ts";

/** All of them: `provider show`, or --json. */
const MAX_HOSTS_SHOWN = 3;

export const providerList = define<{ category?: string; connected?: boolean }>({
  name: "provider list",
  summary: "show the providers keyward knows",
  options: [
    { flags: "--category <name>", summary: "only this category: llm, dev, search, cloud, …" },
    { flags: "--connected", summary: "only those with a connection" },
  ],
  examples: [
    { command: "keyward provider list", does: "all of them" },
    { command: "keyward provider list --category llm", does: "language models only" },
  ],
  run: async (args, { out, call, profile }) => {
    const { providers, broken } = await call("provider.list", { profile });
    const categories = [...new Set(providers.map((provider) => provider.category))].sort();
    if (args.category !== undefined && !categories.includes(args.category)) {
      throw new KeywardError("USAGE", `there is no such category; the categories are ${categories.join(", ")}`, {
        hint: `for example: keyward provider list --category ${categories[0] ?? "llm"}`,
      });
    }
    const chosen = providers.filter(
      (provider) => (args.category === undefined || provider.category === args.category) && (args.connected !== true || provider.connected),
    );
    out.object({
      providers: chosen.map(({ id, name, category, hosts, custom, connected }) => ({ id, name, category, hosts, custom, connected })),
      broken,
    });
    for (const { path, problems } of broken) out.warn(`${path} is not used: ${problems[0] ?? "it is broken"}`);
    if (chosen.length === 0) {
      out.line(args.category === undefined ? "no provider is connected yet" : "no provider of this category is connected yet");
      out.line("next: keyward provider list");
      return;
    }
    out.table(
      ["ID", "NAME", "CATEGORY", "CONNECTED", "HOSTS"],
      chosen.map(({ id, name, category, hosts, custom, connected }) => [
        id,
        custom ? `${name} (own)` : name,
        category,
        connected ? { text: "yes", style: "good" satisfies Style } : "no",
        hosts.length > MAX_HOSTS_SHOWN
          ? `${hosts.slice(0, MAX_HOSTS_SHOWN).join(", ")} and ${hosts.length - MAX_HOSTS_SHOWN} more`
          : hosts.join(", "),
      ]),
    );
  },
});
