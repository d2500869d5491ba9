// Variables that Amika has seen, by name; what is no NAME_API_KEY is left alone.
import { providerOfVariable } from "../../naming/provider-name.ts";
import type { Source } from "../../source.ts";

export const amikaEnvCache: Source = {
  id: "amika-env-cache",
  tool: "Amika env-cache",
  priority: 290,
  format: "json",
  takes: "all",
  verbatim: true,
  places: [{ path: "$XDG_CACHE_HOME/amika/env-cache.json" }, { path: "~/.cache/amika/env-cache.json" }],
  entries: [{ at: "/*", provider: ({ keys }) => providerOfVariable(keys[0] ?? ""), kind: "api_key" }],
};
