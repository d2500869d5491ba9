// glab's hosts, each with a token or a login.
import type { Source } from "../../source.ts";

export const glab: Source = {
  id: "glab",
  tool: "GitLab CLI",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [
    { path: "$GLAB_CONFIG_DIR/config.yml" },
    { path: "~/.config/glab-cli/config.yml" },
    { path: "~/Library/Application Support/glab-cli/config.yml", on: ["macos"] },
  ],
  entries: [
    {
      at: "/hosts/*/token",
      provider: "gitlab",
      kind: (match) => (match.at("/hosts/*/is_oauth2") === "true" ? "oauth" : "api_key"),
      env: ["GITLAB_TOKEN", "GITLAB_ACCESS_TOKEN"],
      host: ({ keys }) => (keys[0] === "gitlab.com" ? null : (keys[0] ?? null)),
      account: (match) => match.at("/hosts/*/user"),
      expires: { at: "/hosts/*/oauth2_expiry_date" },
      refresh: "/hosts/*/oauth2_refresh_token",
    },
  ],
};
