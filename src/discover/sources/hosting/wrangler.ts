// wrangler's login, for an hour and renewed by the tool.
import type { Source } from "../../source.ts";

export const wrangler: Source = {
  id: "wrangler",
  tool: "Cloudflare wrangler",
  priority: 50,
  format: "toml",
  takes: "all",
  places: [
    { path: "$XDG_CONFIG_HOME/.wrangler/config/default.toml", on: ["linux"] },
    { path: "~/.wrangler/config/default.toml" },
    { path: "~/.config/.wrangler/config/default.toml", on: ["linux", "macos"] },
    { path: "~/Library/Preferences/.wrangler/config/default.toml", on: ["macos"] },
    { path: "%APPDATA%/xdg.config/.wrangler/config/default.toml", on: ["windows"] },
  ],
  entries: [
    {
      at: "/oauth_token",
      provider: "cloudflare",
      kind: "oauth",
      env: ["CLOUDFLARE_API_TOKEN"],
      expires: { at: "/expiration_time" },
      refresh: "/refresh_token",
    },
    { at: "/api_token", provider: "cloudflare", kind: "api_key", env: ["CLOUDFLARE_API_TOKEN"] },
  ],
};
