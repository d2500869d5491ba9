// A token for each context of hcloud.
import type { Source } from "../../source.ts";

export const hcloud: Source = {
  id: "hcloud",
  tool: "Hetzner hcloud",
  priority: 50,
  format: "toml",
  takes: "all",
  places: [{ path: "~/.config/hcloud/cli.toml" }],
  entries: [
    {
      at: "/contexts/*/token",
      provider: "hetzner-cloud",
      kind: "api_key",
      env: ["HCLOUD_TOKEN"],
      account: (match) => match.at("/contexts/*/name"),
    },
  ],
};
