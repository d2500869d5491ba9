// The tokens of az, and its service principals. On Windows the file is encrypted for the user.
import type { Source } from "../../source.ts";

export const azureCli: Source = {
  id: "azure-cli",
  tool: "Azure CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [
    { path: "$AZURE_CONFIG_DIR/msal_token_cache.json" },
    { path: "~/.azure/msal_token_cache.json", on: ["linux", "macos"] },
    { path: "~/.azure/service_principal_entries.json", on: ["linux", "macos"] },
  ],
  entries: [
    {
      at: "/AccessToken/*/secret",
      provider: "azure",
      kind: "oauth",
      env: [],
      expires: { at: "/AccessToken/*/expires_on", unit: "s" },
      refresh: "/RefreshToken",
    },
    { at: "/*/client_secret", provider: "azure", kind: "service_account", env: [], account: (match) => match.at("/*/client_id") },
  ],
};
