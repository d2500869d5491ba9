// The Gemini CLI's login and its .env.
import type { Source } from "../../source.ts";

export const geminiCli: Source = {
  id: "gemini-cli",
  tool: "Gemini CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.gemini/oauth_creds.json" }, { path: "~/.gemini/.env", format: "dotenv" }],
  entries: [
    {
      at: "/access_token",
      formats: ["json"],
      // Good for Code Assist alone, under the client of the Gemini CLI.
      provider: "google-code-assist",
      kind: "oauth",
      env: [],
      expires: { at: "/expiry_date", unit: "ms" },
      refresh: "/refresh_token",
    },
    { at: "/GEMINI_API_KEY", formats: ["dotenv"], provider: "google-gemini", kind: "api_key", env: ["GEMINI_API_KEY"] },
    { at: "/GOOGLE_API_KEY", formats: ["dotenv"], provider: "google-gemini", kind: "api_key", env: ["GOOGLE_API_KEY"] },
  ],
};
