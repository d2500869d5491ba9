// Tokens that Amika keeps in a file, by the name of their variable.
import { providerOfVariable } from "../../naming/provider-name.ts";
import type { Source } from "../../source.ts";

export const amikaOauth: Source = {
  id: "amika-oauth",
  tool: "Amika oauth",
  priority: 270,
  format: "json",
  takes: "all",
  verbatim: true,
  places: [{ path: "$XDG_STATE_HOME/amika/oauth.json" }, { path: "~/.local/state/amika/oauth.json" }],
  entries: [{ at: "/*", provider: ({ keys }) => providerOfVariable(keys[0] ?? ""), kind: "oauth" }],
};
