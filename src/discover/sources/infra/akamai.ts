// The sections of ~/.edgerc.
import type { Source } from "../../source.ts";

export const akamai: Source = {
  id: "akamai",
  tool: "Akamai EdgeGrid",
  priority: 50,
  format: "ini",
  takes: "all",
  places: [{ path: "~/.edgerc" }],
  entries: [
    // Four values that sign a request; keyward has no such signature.
    { at: "/*/client_secret", provider: "akamai-edgegrid", kind: "api_key", env: [], account: ({ keys }) => keys[0] ?? null },
  ],
};
