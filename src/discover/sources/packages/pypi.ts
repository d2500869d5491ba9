// Upload tokens for Python's index.
import type { Source } from "../../source.ts";

const env = ["TWINE_PASSWORD", "UV_PUBLISH_TOKEN"];

export const pypi: Source = {
  id: "pypi",
  tool: "twine",
  priority: 50,
  format: "ini",
  takes: "all",
  places: [{ path: "~/.pypirc" }],
  entries: [
    { at: "/pypi/password", provider: "pypi", kind: "api_key", env, when: (match) => match.at("/pypi/username") === "__token__" },
    {
      at: "/testpypi/password",
      provider: "pypi",
      kind: "api_key",
      env: [],
      host: () => "testpypi",
      when: (match) => match.at("/testpypi/username") === "__token__",
    },
  ],
};
