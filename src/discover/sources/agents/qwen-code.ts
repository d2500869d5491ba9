// Qwen Code's login.
import type { Source } from "../../source.ts";

export const qwenCode: Source = {
  id: "qwen-code",
  tool: "Qwen Code",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.qwen/oauth_creds.json" }],
  entries: [
    {
      at: "/access_token",
      // For the host in resource_url, which is not that of the API.
      provider: "qwen",
      kind: "oauth",
      env: [],
      expires: { at: "/expiry_date", unit: "ms" },
      refresh: "/refresh_token",
    },
  ],
};
