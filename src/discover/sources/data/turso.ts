// Turso's token, a JWT.
import type { Source } from "../../source.ts";

export const turso: Source = {
  id: "turso",
  tool: "Turso CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [
    { path: "~/.config/turso/settings.json", on: ["linux"] },
    { path: "~/Library/Application Support/turso/settings.json", on: ["macos"] },
  ],
  entries: [
    {
      at: "/token",
      provider: "turso",
      kind: "api_key",
      env: ["TURSO_API_TOKEN"],
      account: (match) => match.at("/username"),
      expires: "jwt",
    },
  ],
};
