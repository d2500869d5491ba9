// Snyk's token, or a login it renews itself.
import type { Source } from "../../source.ts";

export const snyk: Source = {
  id: "snyk",
  tool: "Snyk CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.config/configstore/snyk.json" }],
  entries: [
    { at: "/api", provider: "snyk", kind: "api_key", env: ["SNYK_TOKEN"] },
    {
      at: "/INTERNAL_OAUTH_TOKEN_STORAGE",
      provider: "snyk",
      kind: "oauth",
      env: [],
      noDefinition: true,
      refresh: "/INTERNAL_OAUTH_TOKEN_STORAGE",
    },
  ],
};
