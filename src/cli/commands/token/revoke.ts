// `keyward token revoke`: ends an API token; the next request with it is refused.
import { define } from "../../define.ts";
import { callHub, WORKSPACE_OPTION } from "../../at-hub/call-hub.ts";

export const tokenRevoke = define<{ token: string; workspace?: string; yes?: boolean }>({
  name: "token revoke",
  summary: "end an API token at once",
  args: [{ name: "<token>", summary: "its id: tok_…" }],
  options: [WORKSPACE_OPTION, { flags: "--yes", summary: "do not ask" }],
  examples: [
    { command: "keyward token revoke tok_…", does: "asks first" },
    { command: "keyward token revoke tok_… --yes", does: "in a script" },
  ],
  run: async ({ token, workspace, yes }, context) => {
    await context.ask.confirm(`End the token ${token}? Whatever uses it stops working.`, yes === true);
    await callHub(context, { method: "DELETE", path: `/v1/api_tokens/${encodeURIComponent(token)}`, workspace });
    context.out.line(`${token} was revoked`);
    context.out.object({ id: token, revoked: true });
  },
});
