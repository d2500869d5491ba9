// `keyward list`: what is connected.
import { define } from "../define.ts";
import { showConnections } from "../show/connections.ts";

export const list = define({
  name: "list",
  summary: "show what is connected",
  examples: [
    { command: "keyward list", does: "every connection with its status" },
    { command: "keyward list --json", does: "the same for a script" },
  ],
  run: (_args, context) => showConnections(context),
});
