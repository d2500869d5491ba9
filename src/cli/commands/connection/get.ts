// `keyward connection get`: one connection that was set, by its id. Its secret is named and not shown.
import { define } from "../../define.ts";
import { serviceObject } from "../../show/all-connections.ts";

export const connectionGet = define<{ id: string }>({
  name: "connection get",
  summary: "show one connection that was set",
  args: [{ name: "<id>", summary: "its id" }],
  examples: [
    { command: "keyward connection get bot", does: "kind, label, the name of its secret" },
    { command: "keyward connection get bot --json", does: "the same for a script" },
  ],
  run: async ({ id }, { out, call, profile }) => {
    const service = await call("service.get", { profile, id });
    out.object(serviceObject(service));
    out.facts(Object.entries(serviceObject(service)).map(([name, fact]) => [name, fact ?? "-"]));
  },
});
