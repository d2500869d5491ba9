// `keyward connection list`: what is connected, with the connections that were set beside those that were logged in.
import { listConnectionsAtHub } from "../../at-hub/hub-connections.ts";
import { isAtHub, type Via, VIA_OPTION } from "../../at-hub/hub-vault.ts";
import { define } from "../../define.ts";
import { showAllConnections } from "../../show/all-connections.ts";

export const connectionList = define<{ kind?: string } & Via>({
  name: "connection list",
  summary: "show connections: those logged in and those set",
  options: [{ flags: "--kind <kind>", summary: "only this kind: one of connection set, or api_key, oauth2" }, VIA_OPTION],
  examples: [
    { command: "keyward connection list", does: "every connection with its status" },
    { command: "keyward connection list --kind slack --json", does: "one kind, for a script" },
  ],
  run: async ({ kind, via }, context) => {
    if (!isAtHub(via === undefined ? {} : { via })) return await showAllConnections(kind ?? null, context);
    const connections = (await listConnectionsAtHub(context)).filter((each) => kind === undefined || each.kind === kind);
    context.out.object({ connections });
    if (connections.length === 0) return context.out.line("no connections at the hub; next: keyward connection set --via hub");
    context.out.table(
      ["ID", "KIND", "PROVIDER", "CONNECTION", "SCOPE", "HOSTS", "LABEL"],
      connections.map(({ id, kind: what, provider, name, scope, origins, label }) => [
        id,
        what,
        provider,
        name,
        scope,
        origins.join(" "),
        label,
      ]),
    );
  },
});
