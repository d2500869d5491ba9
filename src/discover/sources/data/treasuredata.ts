// td's key.
import type { Source } from "../../source.ts";

export const treasuredata: Source = {
  id: "treasuredata",
  tool: "Treasure Data td",
  priority: 50,
  format: "ini",
  takes: "all",
  places: [{ path: "~/.td/td.conf" }],
  entries: [{ at: "/account/apikey", provider: "treasure-data", kind: "api_key", env: ["TD_API_KEY"] }],
};
