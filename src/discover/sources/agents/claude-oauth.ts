// Claude Code's login. Its refresh token rotates: a copy that is refreshed logs Claude Code out.
import type { Source } from "../../source.ts";

export const claudeOauth: Source = {
  id: "claude-oauth",
  tool: "Claude Code (OAuth)",
  priority: 400,
  format: "json",
  takes: "first",
  strict: true,
  verbatim: true,
  keychain: [{ service: "Claude Code-credentials", account: "$USER", format: "json" }],
  places: [
    { path: "$CLAUDE_CONFIG_DIR/.credentials.json" },
    { path: "~/.claude/.credentials.json" },
    { path: "~/.claude-oauth-credentials.json" },
  ],
  entries: [
    {
      at: "/claudeAiOauth/accessToken",
      provider: "anthropic",
      kind: "oauth",
      expires: { at: "/claudeAiOauth/expiresAt", unit: "ms" },
      refresh: "/claudeAiOauth/refreshToken",
    },
  ],
};
