// `keyward connection rm`: forgets a connection that was set; its secret stays in the vault.
import { define } from "../../define.ts";
import { serviceObject } from "../../show/all-connections.ts";

export const connectionRm = define<{ id: string }>({
  name: "connection rm",
  summary: "remove a connection that was set, and leave its secret",
  args: [{ name: "<id>", summary: "its id" }],
  examples: [
    { command: "keyward connection rm bot", does: "the secret stays: keyward vault list" },
    { command: "keyward connection rm bot --json", does: "the same for a script" },
  ],
  run: async ({ id }, { out, call, profile }) => {
    const { service } = await call("service.remove", { profile, id });
    out.line(`removed ${service.id}${service.secret === null ? "" : `; its secret ${service.secret} stays in the vault`}`);
    out.object({ ...serviceObject(service), removed: true });
  },
});
