// pi keeps a key or a login for each provider, by the provider's name.
import type { Source } from "../../source.ts";

export const pi: Source = {
  id: "pi",
  tool: "pi coding agent",
  priority: 50,
  format: "json",
  takes: "all",
  speaksOfModels: true,
  places: [{ path: "~/.pi/agent/auth.json" }],
  entries: [
    { at: "/*/key", provider: ({ keys }) => keys[0] ?? null, kind: "api_key", when: (match) => match.at("/*/type") === "api_key" },
    {
      at: "/*/access",
      provider: ({ keys }) => keys[0] ?? null,
      kind: "oauth",
      when: (match) => match.at("/*/type") === "oauth",
      expires: { at: "/*/expires", unit: "ms" },
      refresh: "/*/refresh",
    },
  ],
};
