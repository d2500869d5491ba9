// neonctl's login.
import type { Source } from "../../source.ts";

export const neonctl: Source = {
  id: "neonctl",
  tool: "Neon CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "$XDG_CONFIG_HOME/neonctl/credentials.json" }, { path: "~/.config/neonctl/credentials.json" }],
  entries: [
    {
      at: "/access_token",
      provider: "neon",
      kind: "oauth",
      env: ["NEON_API_KEY"],
      expires: { at: "/expires_at", unit: "ms" },
      refresh: "/refresh_token",
    },
  ],
};
