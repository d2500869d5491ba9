// Cline outside of an editor. Inside, its keys are in the editor's own encrypted store.
import type { Source } from "../../source.ts";

export const cline: Source = {
  id: "cline",
  tool: "Cline",
  priority: 50,
  format: "json",
  takes: "all",
  speaksOfModels: true,
  places: [{ path: "~/.cline/data/secrets.json" }, { path: "~/.cline/data/settings/providers.json" }],
  entries: [
    { at: "/clineApiKey", provider: "cline", kind: "api_key" },
    { at: "/apiKey", provider: "anthropic", kind: "api_key" },
    { at: "/openRouterApiKey", provider: "openrouter", kind: "api_key" },
    { at: "/deepSeekApiKey", provider: "deepseek", kind: "api_key" },
    { at: "/openAiNativeApiKey", provider: "openai", kind: "api_key" },
    { at: "/geminiApiKey", provider: "gemini", kind: "api_key" },
    { at: "/providers/*/settings/apiKey", provider: ({ keys }) => keys[0] ?? null, kind: "api_key" },
    {
      at: "/providers/*/settings/auth/accessToken",
      provider: ({ keys }) => keys[0] ?? null,
      kind: "oauth",
      refresh: "/providers/*/settings/auth/refreshToken",
    },
  ],
};
