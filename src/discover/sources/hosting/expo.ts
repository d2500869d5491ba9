// Expo's session.
import type { Source } from "../../source.ts";

export const expo: Source = {
  id: "expo",
  tool: "Expo / EAS",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.expo/state.json" }],
  entries: [
    // A session, sent in a header of its own: no token of the API.
    {
      at: "/auth/sessionSecret",
      provider: "expo",
      kind: "oauth",
      env: [],
      noDefinition: true,
      account: (match) => match.at("/auth/username"),
    },
  ],
};
