// OpenCode keeps a key or a login for each provider, by the provider's name.
import type { Match, Source } from "../../source.ts";

const nameOf = ({ keys }: Match): string => keys[0] ?? "";
const typeOf = (match: Match): string => match.at("/*/type")?.toLowerCase() ?? "";

export const opencode: Source = {
  id: "opencode",
  tool: "OpenCode",
  priority: 200,
  format: "json",
  takes: "all",
  strict: true,
  verbatim: true,
  speaksOfModels: true,
  places: [{ path: "$XDG_DATA_HOME/opencode/auth.json" }, { path: "~/.local/share/opencode/auth.json" }],
  entries: [
    { at: "/*/key", provider: nameOf, kind: "api_key", when: (match) => typeOf(match) === "api" },
    {
      at: "/*/access",
      provider: nameOf,
      kind: "oauth",
      when: (match) => typeOf(match) === "oauth",
      expires: { at: "/*/expires", unit: "ms" },
      refresh: "/*/refresh",
    },
  ],
};
