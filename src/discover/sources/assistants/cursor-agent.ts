// The session of cursor-agent.
import type { Source } from "../../source.ts";

export const cursorAgent: Source = {
  id: "cursor-agent",
  tool: "Cursor CLI",
  priority: 50,
  format: "json",
  takes: "all",
  keychain: [{ service: "cursor-access-token", account: "cursor-user", format: "text" }],
  places: [
    { path: "~/.config/cursor/auth.json", on: ["linux"] },
    { path: "~/.cursor/auth.json", on: ["macos"] },
  ],
  entries: [
    // A session of Cursor's own backend, not a key of its API.
    { at: "/accessToken", provider: "cursor", kind: "oauth", env: [], noDefinition: true, expires: "jwt", refresh: "/refreshToken" },
  ],
};
