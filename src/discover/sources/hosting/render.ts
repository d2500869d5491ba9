// The Render command's key.
import type { Source } from "../../source.ts";

export const render: Source = {
  id: "render",
  tool: "Render CLI",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [{ path: "~/.render/cli.yaml" }],
  entries: [
    {
      at: "/api/key",
      provider: "render",
      kind: (match) => (match.has("/api/refresh_token") ? "oauth" : "api_key"),
      env: ["RENDER_API_KEY"],
      expires: { at: "/api/expires_at", unit: "s" },
      refresh: "/api/refresh_token",
    },
  ],
};
