// Heroku's key, which its command keeps in ~/.netrc.
import type { Source } from "../../source.ts";

export const heroku: Source = {
  id: "heroku",
  tool: "Heroku CLI",
  priority: 50,
  format: "netrc",
  takes: "all",
  places: [{ path: "$NETRC" }, { path: "~/.netrc", on: ["linux", "macos"] }, { path: "~/_netrc", on: ["windows"] }],
  entries: [
    {
      at: "/api.heroku.com/password",
      provider: "heroku",
      kind: "api_key",
      env: ["HEROKU_API_KEY"],
      account: (match) => match.at("/api.heroku.com/login"),
    },
  ],
};
