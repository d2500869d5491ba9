// `keyward connection get`: one connection by its id, set by hand or logged in. Its secret is named and not shown.
import { define } from "../../define.ts";
import { findLogin, loginRow, serviceObject } from "../../show/all-connections.ts";

export const connectionGet = define<{ id: string }>({
  name: "connection get",
  summary: "show one connection, set or logged in",
  args: [{ name: "<id>", summary: "its id" }],
  examples: [
    { command: "keyward connection get bot", does: "kind, label, the name of its secret" },
    { command: "keyward connection get bot --json", does: "the same for a script" },
  ],
  run: async ({ id }, context) => {
    const login = await findLogin(id, context);
    const { out, call, profile } = context;
    const shown = login === null ? serviceObject(await call("service.get", { profile, id })) : loginRow(login);
    out.object(shown);
    out.facts(Object.entries(shown).map(([name, fact]) => [name, Array.isArray(fact) ? fact.join(", ") : String(fact ?? "-")]));
  },
});
