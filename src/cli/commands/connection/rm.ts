// `keyward connection rm`: forgets a connection by its id. The secret of one that was set stays in the vault; the key of one that was
// logged in goes with it, so that is asked about.
import { describeConnection } from "../../../core/connection.ts";
import { findConnectionAtHub, removeConnectionAtHub } from "../../at-hub/hub-connections.ts";
import { isAtHub, type Via, VIA_OPTION } from "../../at-hub/hub-vault.ts";
import { define } from "../../define.ts";
import { findLogin, loginRow, labelledObject } from "../../show/all-connections.ts";

export const connectionRm = define<{ id: string; yes?: boolean } & Via>({
  name: "connection rm",
  summary: "remove a connection, and leave the secret that it refers to",
  details: "Of a connection that was logged in, the key goes as well, as with logout: that is asked first, or needs --yes.",
  args: [{ name: "<id>", summary: "its id" }],
  options: [{ flags: "--yes", summary: "do not ask" }, VIA_OPTION],
  examples: [
    { command: "keyward connection rm bot", does: "the secret stays: keyward vault list" },
    { command: "keyward connection rm bot --json", does: "the same for a script" },
  ],
  run: async ({ id, yes, ...args }, context) => {
    const { out, call, profile, ask } = context;
    if (isAtHub(args)) {
      const found = await findConnectionAtHub(id, context);
      await ask.confirm(`Remove ${describeConnection(found)} at the hub, for everybody?`, yes === true);
      await removeConnectionAtHub(found, context);
      out.line(`removed ${describeConnection(found)} at the hub; its secret stays there`);
      return out.object({ ...found, removed: true });
    }
    const login = await findLogin(id, context);
    if (login === null) {
      const { connection } = await call("labelled.remove", { profile, id });
      out.line(`removed ${connection.id}${connection.secret === null ? "" : `; its secret ${connection.secret} stays in the vault`}`);
      return out.object({ ...labelledObject(connection), removed: true });
    }
    const { provider, name } = login;
    const row = loginRow(login);
    if (row["secret"] === null) await ask.confirm(`Remove the key of ${describeConnection(login)}?`, yes === true);
    await call("connection.remove", { profile, provider, connection: name, everything: false });
    const kept = row["secret"] === null ? "" : `; its secret ${String(row["secret"])} stays in the vault`;
    out.line(`removed ${describeConnection(login)}${kept}`);
    out.object({ ...row, removed: true });
  },
});
