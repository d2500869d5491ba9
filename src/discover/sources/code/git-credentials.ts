// What git's own store remembers, a line a host.
import { providerOfHost } from "../../naming/hosts.ts";
import type { Source } from "../../source.ts";

const VARIABLES: Readonly<Record<string, readonly string[]>> = { github: ["GITHUB_TOKEN"], gitlab: ["GITLAB_TOKEN"] };

export const gitCredentials: Source = {
  id: "git-credentials",
  tool: "git credential store",
  priority: 50,
  format: "urls",
  takes: "all",
  places: [{ path: "$XDG_CONFIG_HOME/git/credentials" }, { path: "~/.git-credentials" }, { path: "~/.config/git/credentials" }],
  entries: [
    {
      at: "/*/password",
      provider: (match) => providerOfHost(match.at("/*/host") ?? "") ?? match.at("/*/host"),
      kind: "basic",
      env: (match) => VARIABLES[providerOfHost(match.at("/*/host") ?? "") ?? ""] ?? [],
      host: (match) => (providerOfHost(match.at("/*/host") ?? "") === null ? match.at("/*/host") : null),
      account: (match) => match.at("/*/login") || null,
    },
  ],
};
