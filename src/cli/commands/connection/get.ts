// `keyward connection get`: one connection by its id, set by hand or logged in. Its secret is named and not shown.
import { findConnectionAtHub } from "../../at-hub/hub-connections.ts";
import { isAtHub, type Via, VIA_OPTION } from "../../at-hub/hub-vault.ts";
import { define } from "../../define.ts";
import { findLogin, loginRow, labelledObject } from "../../show/all-connections.ts";

export const connectionGet = define<{ id: string } & Via>({
  name: "connection get",
  summary: "show one connection, set or logged in",
  args: [{ name: "<id>", summary: "its id" }],
  options: [VIA_OPTION],
  examples: [
    { command: "keyward connection get bot", does: "kind, label, the name of its secret" },
    { command: "keyward connection get bot --json", does: "the same for a script" },
  ],
  run: async ({ id, ...args }, context) => {
    const { out, call, profile } = context;
    if (isAtHub(args)) {
      const found = { ...(await findConnectionAtHub(id, context)) };
      out.object(found);
      return out.facts(Object.entries(found).map(([name, fact]) => [name, String(fact ?? "-")]));
    }
    const login = await findLogin(id, context);
    const shown = login === null ? labelledObject(await call("labelled.get", { profile, id })) : loginRow(login);
    out.object(shown);
    out.facts(Object.entries(shown).map(([name, fact]) => [name, Array.isArray(fact) ? fact.join(", ") : String(fact ?? "-")]));
  },
});
