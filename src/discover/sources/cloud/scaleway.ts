// scw's secret key and those of its profiles.
import type { Source } from "../../source.ts";

export const scaleway: Source = {
  id: "scaleway",
  tool: "Scaleway scw",
  priority: 50,
  format: "yaml",
  takes: "all",
  places: [{ path: "$SCW_CONFIG_PATH" }, { path: "~/.config/scw/config.yaml" }],
  entries: [
    { at: "/secret_key", provider: "scaleway", kind: "api_key", env: ["SCW_SECRET_KEY"] },
    {
      at: "/profiles/*/secret_key",
      provider: "scaleway",
      kind: "api_key",
      env: ["SCW_SECRET_KEY"],
      account: ({ keys }) => keys[0] ?? null,
    },
  ],
};
