// Claude Code's API key. ~/.claude.json is large and mostly other state: of it only these fields count.
import type { Source } from "../../source.ts";

export const claudeApiKey: Source = {
  id: "claude-api-key",
  tool: "Claude Code (API key)",
  priority: 500,
  format: "json",
  takes: "first",
  strict: true,
  verbatim: true,
  keychain: [{ service: "Claude Code", account: "$USER", format: "text" }],
  places: [{ path: "$CLAUDE_CONFIG_DIR/.claude.json" }, { path: "~/.claude.json.api" }, { path: "~/.claude.json" }],
  entries: ["primaryApiKey", "apiKey", "anthropicApiKey", "customApiKey"].map((field) => ({
    at: `/${field}`,
    provider: "anthropic",
    kind: "api_key",
    // The file holds much else; only a key of Anthropic's own shape is one.
    clean: (text) => (text.startsWith("sk-ant-") ? text : null),
  })),
};
