// ngrok's API key. The token of its agent is none for HTTP and is left alone.
import type { Source } from "../../source.ts";

export const ngrok: Source = {
  id: "ngrok",
  tool: "ngrok",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [
    { path: "~/.config/ngrok/ngrok.yml", on: ["linux"] },
    { path: "~/Library/Application Support/ngrok/ngrok.yml", on: ["macos"] },
    { path: "%LOCALAPPDATA%/ngrok/ngrok.yml", on: ["windows"] },
  ],
  entries: [
    { at: "/api_key", provider: "ngrok", kind: "api_key", env: ["NGROK_API_KEY"] },
    { at: "/agent/api_key", provider: "ngrok", kind: "api_key", env: ["NGROK_API_KEY"] },
  ],
};
