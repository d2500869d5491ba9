// Kimi Code's login: access for a quarter of an hour, renewed by the tool.
import type { Source } from "../../source.ts";

export const kimiCode: Source = {
  id: "kimi-code",
  tool: "Kimi Code",
  priority: 50,
  format: "json",
  takes: "all",
  places: [
    { path: "$KIMI_CODE_HOME/credentials/kimi-code.json" },
    { path: "~/.kimi-code/credentials/kimi-code.json" },
    { path: "~/.kimi/credentials/kimi-code.json" },
  ],
  entries: [
    {
      at: "/access_token",
      provider: "kimi-code",
      kind: "oauth",
      env: ["KIMI_API_KEY"],
      expires: { at: "/expires_at", unit: "s" },
      refresh: "/refresh_token",
    },
  ],
};
