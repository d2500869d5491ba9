// Push keys of gem servers.
import type { Source } from "../../source.ts";

export const rubygems: Source = {
  id: "rubygems",
  tool: "RubyGems",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [{ path: "~/.gem/credentials" }, { path: "~/.local/share/gem/credentials" }],
  entries: [
    { at: "/:rubygems_api_key", provider: "rubygems", kind: "api_key", env: ["GEM_HOST_API_KEY"] },
    {
      at: "/*",
      provider: ({ keys }) => (keys[0] === ":rubygems_api_key" ? null : (/^:?(.+?)(?:_api_key)?$/.exec(keys[0] ?? "")?.[1] ?? null)),
      kind: "api_key",
      env: [],
    },
  ],
};
