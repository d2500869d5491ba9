// pscale's login: the whole file. Service tokens, which keyward takes, are another thing.
import type { Source } from "../../source.ts";

export const planetscale: Source = {
  id: "planetscale",
  tool: "pscale",
  priority: 50,
  format: "text",
  takes: "all",
  places: [{ path: "~/.config/planetscale/access-token" }],
  entries: [
    { at: "", provider: "planetscale", kind: "oauth", env: [], noDefinition: true, clean: (text) => (/\s/.test(text) ? null : text) },
  ],
};
