// A token for each user of linode-cli.
import type { Source } from "../../source.ts";

export const linode: Source = {
  id: "linode",
  tool: "linode-cli",
  priority: 50,
  format: "ini",
  takes: "all",
  places: [{ path: "~/.config/linode-cli" }],
  entries: [{ at: "/*/token", provider: "linode", kind: "api_key", env: ["LINODE_CLI_TOKEN"], account: ({ keys }) => keys[0] ?? null }],
};
