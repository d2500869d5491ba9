export default {
  title: "Codex",
  fake: "openai",
  sees: "POST /v1/responses",
  npm: { "@openai/codex": "0.169.0" },
  recipe: "Codex",
  limitSeconds: 240,
};
