export default {
  title: "Claude Code",
  fake: "anthropic",
  sees: "POST /v1/messages",
  npm: { "@anthropic-ai/claude-code": "2.1.332" },
  recipe: "Claude Code",
  limitSeconds: 240,
};
