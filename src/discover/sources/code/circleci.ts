// The CircleCI command's token.
import type { Source } from "../../source.ts";

export const circleci: Source = {
  id: "circleci",
  tool: "CircleCI CLI",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [{ path: "~/.circleci/cli.yml" }],
  entries: [
    {
      at: "/token",
      provider: "circleci",
      kind: "api_key",
      env: ["CIRCLECI_TOKEN", "CIRCLECI_CLI_TOKEN"],
      host: (match) => (/^(?:https:\/\/circleci\.com\/?)?$/.test(match.at("/host") ?? "") ? null : match.at("/host")),
    },
  ],
};
