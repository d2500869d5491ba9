// A token for each user of the Netlify command.
import type { Source } from "../../source.ts";

export const netlify: Source = {
  id: "netlify",
  tool: "Netlify CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [
    { path: "$XDG_CONFIG_HOME/netlify/config.json", on: ["linux"] },
    { path: "~/.config/netlify/config.json", on: ["linux"] },
    { path: "~/Library/Preferences/netlify/config.json", on: ["macos"] },
    { path: "%APPDATA%/netlify/Config/config.json", on: ["windows"] },
    { path: "~/.netlify/config.json" },
  ],
  entries: [
    {
      at: "/users/*/auth/token",
      provider: "netlify",
      kind: "api_key",
      env: ["NETLIFY_AUTH_TOKEN"],
      account: (match) => match.at("/users/*/email") ?? match.keys[0] ?? null,
    },
  ],
};
