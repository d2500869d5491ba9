// `keyward creds list`: the catalogue: every provider, what kind it is and which keys it needs.
import { filterRows, KINDS, type RowFilters } from "../../creds/choose-rows.ts";
import { define } from "../../define.ts";

export const credsList = define<RowFilters>({
  name: "creds list",
  summary: "show which keys each provider needs",
  options: [
    { flags: "--kind <kind>", summary: "only providers of this kind; may be repeated", repeat: true, choices: KINDS },
    { flags: "--provider <id>", summary: "only this provider; may be repeated", repeat: true },
  ],
  examples: [
    { command: "keyward creds list --kind llm", does: "model providers and their variables" },
    { command: "keyward creds list --provider aws --provider github", does: "two of them" },
  ],
  run: async (args, { call, out, profile }) => {
    const { rows } = await call("creds.catalogue", { profile });
    const shown = filterRows(rows, args);
    out.object({
      providers: shown.map(({ id, name, kind, requiredKeys, optionalKeys, cloud, docsUrl }) => {
        return { id, name, kind, requiredKeys, optionalKeys, cloud, docsUrl };
      }),
    });
    out.table(
      ["PROVIDER", "NAME", "KIND", "REQUIRED", "OPTIONAL"],
      shown.map(({ id, name, kind, requiredKeys, optionalKeys }) => [
        id,
        name,
        kind,
        requiredKeys.join(", ") || "none",
        optionalKeys.join(", "),
      ]),
    );
  },
});
