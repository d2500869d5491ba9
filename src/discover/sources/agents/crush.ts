// Crush's providers; a value may be a variable or a command there, and is none of ours then.
import type { Source } from "../../source.ts";

export const crush: Source = {
  id: "crush",
  tool: "Charm Crush",
  priority: 50,
  format: "jsonc",
  takes: "all",
  speaksOfModels: true,
  places: [
    { path: "$CRUSH_GLOBAL_DATA/crush.json" },
    { path: "$XDG_DATA_HOME/crush/crush.json" },
    { path: "~/.local/share/crush/crush.json" },
    { path: "%LOCALAPPDATA%/crush/crush.json", on: ["windows"] },
    { path: "~/.config/crush/crush.json" },
  ],
  entries: [
    { at: "/providers/*/api_key", provider: ({ keys }) => keys[0] ?? null, kind: "api_key" },
    {
      at: "/providers/*/oauth/access_token",
      provider: ({ keys }) => keys[0] ?? null,
      kind: "oauth",
      expires: { at: "/providers/*/oauth/expires_at", unit: "s" },
      refresh: "/providers/*/oauth/refresh_token",
    },
  ],
};
