// `keyward connection list`: the same as `keyward list`.
import { define } from "../../define.ts";
import { showConnections } from "../../show/connections.ts";

export const connectionList = define({
  name: "connection list",
  summary: "show what is connected (same as keyward list)",
  examples: [
    { command: "keyward connection list", does: "every connection with its status" },
    { command: "keyward connection list --json", does: "the same for a script" },
  ],
  run: (_args, context) => showConnections(context),
});
