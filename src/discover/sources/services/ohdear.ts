// Oh Dear's token.
import type { Source } from "../../source.ts";

export const ohdear: Source = {
  id: "ohdear",
  tool: "Oh Dear CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.ohdear/config.json" }],
  entries: [{ at: "/token", provider: "ohdear", kind: "api_key", env: ["OHDEAR_API_TOKEN"] }],
};
