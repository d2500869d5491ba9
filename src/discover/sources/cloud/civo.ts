// civo's keys by name.
import type { Source } from "../../source.ts";

export const civo: Source = {
  id: "civo",
  tool: "Civo CLI",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.civo.json" }],
  entries: [{ at: "/apikeys/*", provider: "civo", kind: "api_key", env: ["CIVO_TOKEN"], account: ({ keys }) => keys[0] ?? null }],
};
