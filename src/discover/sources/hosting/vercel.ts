// Vercel's token, or a login that its command renews.
import type { Source } from "../../source.ts";

export const vercel: Source = {
  id: "vercel",
  tool: "Vercel CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [
    { path: "$XDG_DATA_HOME/com.vercel.cli/auth.json", on: ["linux"] },
    { path: "~/.local/share/com.vercel.cli/auth.json", on: ["linux"] },
    { path: "~/Library/Application Support/com.vercel.cli/auth.json", on: ["macos"] },
    { path: "%APPDATA%/xdg.data/com.vercel.cli/auth.json", on: ["windows"] },
    { path: "~/.config/com.vercel.cli/auth.json" },
    { path: "~/.now/auth.json" },
  ],
  entries: [
    {
      at: "/token",
      provider: "vercel",
      // Without a refresh token it is one of the old kind, which does not end.
      kind: (match) => (match.has("/refreshToken") ? "oauth" : "api_key"),
      env: ["VERCEL_TOKEN"],
      expires: { at: "/expiresAt" },
      refresh: "/refreshToken",
    },
  ],
};
