// `keyward connection list`: what is connected, with the connections that were set beside those that were logged in.
import { define } from "../../define.ts";
import { showAllConnections } from "../../show/all-connections.ts";

export const connectionList = define<{ kind?: string }>({
  name: "connection list",
  summary: "show connections: those logged in and those set",
  options: [{ flags: "--kind <kind>", summary: "only this kind: one of connection set, or api_key, oauth2" }],
  examples: [
    { command: "keyward connection list", does: "every connection with its status" },
    { command: "keyward connection list --kind slack --json", does: "one kind, for a script" },
  ],
  run: ({ kind }, context) => showAllConnections(kind ?? null, context),
});
