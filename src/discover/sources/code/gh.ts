// gh keeps its token here when it has no keyring. It does not end, and nothing renews it.
import type { Entry, Source } from "../../source.ts";

const token: Omit<Entry, "at"> = {
  provider: "github",
  kind: "oauth",
  env: ["GITHUB_TOKEN", "GH_TOKEN"],
  host: ({ keys }) => (keys[0] === "github.com" ? null : (keys[0] ?? null)),
};

export const gh: Source = {
  id: "gh",
  tool: "GitHub CLI",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [
    { path: "$GH_CONFIG_DIR/hosts.yml" },
    { path: "$XDG_CONFIG_HOME/gh/hosts.yml", on: ["linux", "macos"] },
    { path: "~/.config/gh/hosts.yml", on: ["linux", "macos"] },
    { path: "%APPDATA%/GitHub CLI/hosts.yml", on: ["windows"] },
  ],
  entries: [
    { at: "/*/oauth_token", ...token, account: (match) => match.at("/*/user") },
    { at: "/*/users/*/oauth_token", ...token, account: ({ keys }) => keys[1] ?? null },
  ],
};
