// The hosts of ~/.netrc, which curl, git and pip read.
import { providerOfHost } from "../../naming/hosts.ts";
import type { Source } from "../../source.ts";

/** Told by heroku.ts and wandb.ts, as their tools see it. */
const OWN_SOURCE = ["api.heroku.com", "git.heroku.com", "api.wandb.ai"];
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  github: ["GITHUB_TOKEN"],
  gitlab: ["GITLAB_TOKEN"],
  huggingface: ["HF_TOKEN"],
};

export const netrc: Source = {
  id: "netrc",
  tool: "netrc",
  priority: 50,
  format: "netrc",
  takes: "all",
  places: [{ path: "$NETRC" }, { path: "~/.netrc", on: ["linux", "macos"] }, { path: "~/_netrc", on: ["windows"] }],
  entries: [
    {
      at: "/*/password",
      provider: ({ keys }) => (OWN_SOURCE.includes(keys[0] ?? "") ? null : (providerOfHost(keys[0] ?? "") ?? keys[0] ?? null)),
      kind: "basic",
      env: ({ keys }) => VARIABLES[providerOfHost(keys[0] ?? "") ?? ""] ?? [],
      host: ({ keys }) => (providerOfHost(keys[0] ?? "") === null ? (keys[0] ?? null) : null),
      account: (match) => match.at("/*/login"),
    },
  ],
};
