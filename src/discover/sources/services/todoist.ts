// The todoist command's token.
import type { Source } from "../../source.ts";

export const todoist: Source = {
  id: "todoist",
  tool: "todoist",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.config/todoist/config.json" }],
  entries: [{ at: "/token", provider: "todoist", kind: "api_key", env: ["TODOIST_API_TOKEN"] }],
};
