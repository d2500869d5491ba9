// Amp's keys, by the server they are for.
import { hostOf } from "../../naming/hosts.ts";
import type { Source } from "../../source.ts";

export const amp: Source = {
  id: "amp",
  tool: "Amp (secrets.json)",
  priority: 50,
  format: "json",
  takes: "all",
  places: [
    { path: "$AMP_HOME/secrets.json" },
    { path: "$XDG_DATA_HOME/amp/secrets.json" },
    { path: "~/.local/share/amp/secrets.json" },
    { path: "%APPDATA%/amp/secrets.json", on: ["windows"] },
  ],
  entries: [
    {
      at: "/*",
      provider: ({ keys }) => (keys[0]?.startsWith("apiKey@") === true ? "amp" : null),
      kind: "api_key",
      host: ({ keys }) =>
        /^apiKey@https:\/\/ampcode\.com\/?$/.test(keys[0] ?? "") ? null : hostOf((keys[0] ?? "").slice("apiKey@".length)),
    },
  ],
};
