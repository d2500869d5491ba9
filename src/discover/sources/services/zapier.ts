// Zapier's deploy key.
import type { Source } from "../../source.ts";

export const zapier: Source = {
  id: "zapier",
  tool: "Zapier platform CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.zapierrc" }],
  entries: [{ at: "/deployKey", provider: "zapier", kind: "api_key", env: ["ZAPIER_DEPLOY_KEY"] }],
};
