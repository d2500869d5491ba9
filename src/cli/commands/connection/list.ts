// `keyward connection list`: what is connected, with the connections that were set beside those that were logged in.
import { listConnectionsAtHub } from "../../at-hub/hub-connections.ts";
import { isAtHub, type Via, VIA_OPTION } from "../../at-hub/hub-vault.ts";
import { checkLabelledKind } from "../../../core/vault/words.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { LOGIN_KINDS, showAllConnections } from "../../show/all-connections.ts";

const SET = "keyward connection set --via hub";

export const connectionList = define<{ kind?: string } & Via>({
  name: "connection list",
  summary: "show connections: those logged in and those set",
  options: [{ flags: "--kind <kind>", summary: "only this kind: one of connection set, or api_key, oauth2" }, VIA_OPTION],
  examples: [
    { command: "keyward connection list", does: "every connection with its status" },
    { command: "keyward connection list --kind slack --json", does: "one kind, for a script" },
  ],
  run: async ({ kind = null, ...args }, context) => {
    await (isAtHub(args) ? showAtHub(kind, context) : showAllConnections(kind, context));
  },
});

/** @throws USAGE for a kind that there is not; at a hub, others than those of `connection set` may be there */
async function showAtHub(kind: string | null, context: Context): Promise<void> {
  const { out } = context;
  const all = await listConnectionsAtHub(context);
  const connections = all.filter((each) => kind === null || each.kind === kind);
  if (kind !== null && connections.length === 0 && !LOGIN_KINDS.includes(kind)) checkLabelledKind(kind);
  out.object({ connections });
  if (connections.length === 0) return out.line(`no connections${kind === null ? "" : " of this kind"} at the hub; next: ${SET}`);
  out.table(
    ["ID", "KIND", "PROVIDER", "CONNECTION", "SCOPE", "HOSTS", "LABEL"],
    connections.map(({ id, kind: what, provider, name, scope, origins, label }) => {
      return [id, what, provider, name, scope, origins.join(" "), label];
    }),
  );
}
