// Continue's models; a value may be a template there, and is none of ours then.
import { providerOfKnownVariable } from "../../naming/known-variables.ts";
import type { Source } from "../../source.ts";

export const continueDev: Source = {
  id: "continue",
  tool: "Continue",
  priority: 50,
  format: "yaml",
  takes: "all",
  speaksOfModels: true,
  places: [
    { path: "~/.continue/.env", format: "dotenv" },
    { path: "~/.continue/config.yaml" },
    { path: "~/.continue/config.json", format: "jsonc" },
  ],
  entries: [
    {
      at: "/*",
      formats: ["dotenv"],
      provider: ({ keys }) => providerOfKnownVariable(keys[0] ?? ""),
      kind: "api_key",
      env: ({ keys }) => keys,
    },
    { at: "/models/*/apiKey", formats: ["yaml", "jsonc"], provider: (match) => match.at("/models/*/provider"), kind: "api_key" },
  ],
};
