// What Poetry keeps where it has no keyring.
import type { Source } from "../../source.ts";

export const poetry: Source = {
  id: "poetry",
  tool: "Poetry",
  priority: 50,
  format: "toml",
  takes: "all",
  places: [
    { path: "~/.config/pypoetry/auth.toml", on: ["linux"] },
    { path: "~/Library/Application Support/pypoetry/auth.toml", on: ["macos"] },
    { path: "%APPDATA%/pypoetry/auth.toml", on: ["windows"] },
  ],
  entries: [
    { at: "/pypi-token/pypi", provider: "pypi", kind: "api_key", env: ["POETRY_PYPI_TOKEN_PYPI"] },
    {
      at: "/http-basic/*/password",
      provider: ({ keys }) => keys[0] ?? null,
      kind: "basic",
      env: [],
      account: (match) => match.at("/http-basic/*/username"),
    },
  ],
};
