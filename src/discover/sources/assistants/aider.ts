// aider's settings and the keys it was given by a provider's page.
import { providerOfKnownVariable } from "../../naming/known-variables.ts";
import type { Entry, Source } from "../../source.ts";

/** `provider=key` becomes PROVIDER_API_KEY there. */
const keyed: Omit<Entry, "at"> = {
  formats: ["yaml"],
  provider: ({ value }) => /^([\w-]+)=/.exec(value)?.[1] ?? null,
  clean: (text) => text.slice(text.indexOf("=") + 1),
  kind: "api_key",
};

export const aider: Source = {
  id: "aider",
  tool: "aider",
  priority: 50,
  format: "yaml",
  takes: "all",
  speaksOfModels: true,
  places: [{ path: "~/.aider.conf.yml" }, { path: "~/.aider/oauth-keys.env", format: "dotenv" }],
  entries: [
    { at: "/openai-api-key", formats: ["yaml"], provider: "openai", kind: "api_key" },
    { at: "/anthropic-api-key", formats: ["yaml"], provider: "anthropic", kind: "api_key" },
    { at: "/api-key", ...keyed },
    { at: "/api-key/*", ...keyed },
    {
      at: "/*",
      formats: ["dotenv"],
      provider: ({ keys }) => providerOfKnownVariable(keys[0] ?? ""),
      kind: "api_key",
      env: ({ keys }) => keys,
    },
  ],
};
