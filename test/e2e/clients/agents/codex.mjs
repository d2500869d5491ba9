// Asks over a WebSocket first; with 426 it falls back to events over HTTP.
export default {
  title: "Codex",
  fake: "openai",
  sees: "GET /v1/responses",
  npm: { "@openai/codex": "0.169.0" },
  recipe: "Codex",
  limitSeconds: 240,
};
