// vultr-cli's key.
import type { Source } from "../../source.ts";

export const vultr: Source = {
  id: "vultr",
  tool: "vultr-cli",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [{ path: "~/.vultr-cli.yaml" }],
  entries: [{ at: "/api-key", provider: "vultr", kind: "api_key", env: ["VULTR_API_KEY"] }],
};
