// The login of firebase-tools, under its own client.
import type { Source } from "../../source.ts";

export const firebase: Source = {
  id: "firebase",
  tool: "Firebase CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.config/configstore/firebase-tools.json" }],
  entries: [
    {
      at: "/tokens/access_token",
      provider: "google-cloud",
      kind: "oauth",
      env: [],
      account: (match) => match.at("/user/email"),
      expires: { at: "/tokens/expires_at", unit: "ms" },
      refresh: "/tokens/refresh_token",
    },
  ],
};
