// A token for each profile of the Fastly command.
import type { Source } from "../../source.ts";

export const fastly: Source = {
  id: "fastly",
  tool: "Fastly CLI",
  priority: 50,
  format: "toml",
  takes: "all",
  places: [
    { path: "~/.config/fastly/config.toml", on: ["linux"] },
    { path: "~/Library/Application Support/fastly/config.toml", on: ["macos"] },
  ],
  entries: [
    { at: "/user/token", provider: "fastly", kind: "api_key", env: ["FASTLY_API_TOKEN"] },
    { at: "/profile/*/token", provider: "fastly", kind: "api_key", env: ["FASTLY_API_TOKEN"], account: ({ keys }) => keys[0] ?? null },
  ],
};
