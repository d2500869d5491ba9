// The Copilot plugins of Vim and JetBrains. VS Code keeps its own in an encrypted store.
import type { Source } from "../../source.ts";

export const copilotIde: Source = {
  id: "copilot-ide",
  tool: "GitHub Copilot plugins",
  priority: 50,
  format: "json",
  takes: "all",
  places: [
    { path: "$XDG_CONFIG_HOME/github-copilot/apps.json", on: ["linux", "macos"] },
    { path: "~/.config/github-copilot/apps.json", on: ["linux", "macos"] },
    { path: "~/.config/github-copilot/hosts.json", on: ["linux", "macos"] },
    { path: "%LOCALAPPDATA%/github-copilot/apps.json", on: ["windows"] },
    { path: "%LOCALAPPDATA%/github-copilot/hosts.json", on: ["windows"] },
  ],
  entries: [
    {
      at: "/*/oauth_token",
      provider: "github-copilot",
      kind: "oauth",
      env: ["COPILOT_GITHUB_TOKEN"],
      host: ({ keys }) => (/^github\.com(?::|$)/.test(keys[0] ?? "") ? null : (keys[0]?.split(":")[0] ?? null)),
      account: (match) => match.at("/*/user"),
    },
  ],
};
