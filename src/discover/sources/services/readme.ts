// The key of rdme.
import type { Source } from "../../source.ts";

export const readme: Source = {
  id: "readme",
  tool: "ReadMe rdme",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.config/configstore/rdme-production.json" }],
  entries: [{ at: "/apiKey", provider: "readme", kind: "api_key", env: ["RDME_API_KEY"] }],
};
