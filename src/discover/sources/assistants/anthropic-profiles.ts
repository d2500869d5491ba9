// Logins of Anthropic's SDKs and command, a file a profile. They go out as bearer tokens, not as API keys.
import type { Source } from "../../source.ts";

export const anthropicProfiles: Source = {
  id: "anthropic-profiles",
  tool: "Anthropic profiles",
  priority: 50,
  format: "json",
  takes: "all",
  places: [
    { path: "$ANTHROPIC_CONFIG_DIR/credentials/*.json" },
    { path: "$XDG_CONFIG_HOME/anthropic/credentials/*.json", on: ["linux", "macos"] },
    { path: "~/.config/anthropic/credentials/*.json", on: ["linux", "macos"] },
    { path: "%APPDATA%/Anthropic/credentials/*.json", on: ["windows"] },
  ],
  entries: [
    {
      at: "/access_token",
      provider: "anthropic",
      kind: "oauth",
      env: ["ANTHROPIC_AUTH_TOKEN"],
      noDefinition: true,
      expires: { at: "/expires_at" },
      refresh: "/refresh_token",
    },
  ],
};
