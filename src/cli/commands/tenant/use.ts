// `keyward tenant use`: another tenant takes another login; this says which, and does nothing when it is the one in use.
import { KeywardError } from "../../../core/errors.ts";
import { define } from "../../define.ts";
import { callHub } from "../../at-hub/call-hub.ts";

export const tenantUse = define<{ tenant: string }>({
  name: "tenant use",
  summary: "work in another tenant of the hub",
  details: "A login is for one tenant: the one of the workspace chosen in the browser.",
  args: [{ name: "<tenant>", summary: "its id: ten_…" }],
  examples: [
    { command: "keyward tenant use ten_…", does: "checks that you are in it and says how to go on" },
    { command: "keyward --profile other auth login", does: "a profile of its own for another tenant" },
  ],
  run: async ({ tenant }, context) => {
    const { data } = await callHub<{ data: readonly { id: string; is_current: boolean }[] }>(context, {
      method: "GET",
      path: "/v1/tenants",
    });
    const found = data.find((each) => each.id === tenant);
    if (found === undefined) throw new KeywardError("HUB_NOT_FOUND", "you are in no tenant of this id", { hint: "keyward tenant list" });
    if (!found.is_current) {
      throw new KeywardError("CONFIRMATION_NEEDED", "a login is for one tenant; choose a workspace of the other one in the browser", {
        hint: "keyward auth login --force",
      });
    }
    context.out.line(`${tenant} is in use`);
    context.out.object({ tenant, active: true });
  },
});
