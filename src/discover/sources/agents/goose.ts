// goose's secrets where it has no keyring: a flat list of variables.
import { providerOfKnownVariable } from "../../naming/known-variables.ts";
import type { Source } from "../../source.ts";

export const goose: Source = {
  id: "goose",
  tool: "goose",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [
    { path: "$XDG_CONFIG_HOME/goose/secrets.yaml", on: ["linux"] },
    { path: "~/.config/goose/secrets.yaml", on: ["linux", "macos"] },
    { path: "%APPDATA%/Block/goose/config/secrets.yaml", on: ["windows"] },
  ],
  entries: [{ at: "/*", provider: ({ keys }) => providerOfKnownVariable(keys[0] ?? ""), kind: "api_key", env: ({ keys }) => keys }],
};
