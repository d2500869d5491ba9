// `keyward tenant list`: the organisations at the hub that this login is in.
import { define } from "../../define.ts";
import { callHub } from "../../at-hub/call-hub.ts";

interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly is_current: boolean;
  readonly role: string | null;
}

export const tenantList = define({
  name: "tenant list",
  summary: "show the tenants of the hub",
  examples: [
    { command: "keyward tenant list", does: "the one of this login marked *" },
    { command: "keyward tenant list --json", does: "the same for a script" },
  ],
  run: async (_args, context) => {
    const { data } = await callHub<{ data: readonly Tenant[] }>(context, { method: "GET", path: "/v1/tenants" });
    context.out.object({ tenants: data });
    context.out.table(
      ["TENANT", "NAME", "ROLE"],
      data.map(({ id, name, is_current, role }) => [is_current ? `${id} *` : id, name, role ?? "-"]),
    );
  },
});
