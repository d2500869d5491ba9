// flyctl's token, which may be a list of several.
import type { Source } from "../../source.ts";

export const fly: Source = {
  id: "fly",
  tool: "flyctl",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [{ path: "$FLY_CONFIG_DIR/config.yml" }, { path: "~/.fly/config.yml" }],
  entries: [{ at: "/access_token", provider: "fly", kind: "api_key", env: ["FLY_API_TOKEN", "FLY_ACCESS_TOKEN"] }],
};
