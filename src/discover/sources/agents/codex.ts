// Codex keeps an API key, or the tokens of a ChatGPT login.
import type { Source } from "../../source.ts";

export const codex: Source = {
  id: "codex",
  tool: "OpenAI Codex CLI",
  priority: 300,
  format: "json",
  takes: "first",
  strict: true,
  verbatim: true,
  places: [{ path: "$CODEX_HOME/auth.json" }, { path: "~/.codex/auth.json" }],
  entries: [
    { at: "/OPENAI_API_KEY", provider: "openai", kind: "api_key" },
    // A ChatGPT login: good for ChatGPT's own backend, so it is no key for the definition of the API.
    { at: "/tokens/access_token", provider: "openai", kind: "oauth", noDefinition: true, expires: "jwt", refresh: "/tokens/refresh_token" },
    { at: "/personal_access_token", provider: "chatgpt-codex", kind: "api_key", env: [] },
  ],
};
