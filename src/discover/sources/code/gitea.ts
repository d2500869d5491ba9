// tea's logins, each at a server of its own.
import { hostOf } from "../../naming/hosts.ts";
import type { Source } from "../../source.ts";

export const gitea: Source = {
  id: "gitea",
  tool: "Gitea tea",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [{ path: "~/.config/tea/config.yml" }, { path: "~/Library/Application Support/tea/config.yml", on: ["macos"] }],
  entries: [
    {
      at: "/logins/*/token",
      provider: "gitea",
      kind: "api_key",
      env: ["GITEA_TOKEN"],
      account: (match) => match.at("/logins/*/name"),
      beside: { host: { at: "/logins/*/url", clean: hostOf } },
    },
  ],
};
