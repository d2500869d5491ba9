// Keys of the llm command, by the name each plugin uses.
import type { Source } from "../../source.ts";

export const simonwLlm: Source = {
  id: "simonw-llm",
  tool: "llm",
  priority: 50,
  format: "json",
  takes: "all",
  speaksOfModels: true,
  places: [
    { path: "$LLM_USER_PATH/keys.json" },
    { path: "~/.config/io.datasette.llm/keys.json", on: ["linux"] },
    { path: "~/Library/Application Support/io.datasette.llm/keys.json", on: ["macos"] },
    { path: "%APPDATA%/io.datasette.llm/keys.json", on: ["windows"] },
  ],
  entries: [{ at: "/*", provider: ({ keys }) => (keys[0]?.startsWith("//") === true ? null : (keys[0] ?? null)), kind: "api_key" }],
};
