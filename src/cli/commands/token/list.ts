// `keyward token list`: the API tokens of a workspace, without their values.
import { define } from "../../define.ts";
import { listHub, WORKSPACE_OPTION } from "../../at-hub/call-hub.ts";
import { day, type HubToken } from "../../show/hub-token.ts";

export const tokenList = define<{ workspace?: string; all?: boolean }>({
  name: "token list",
  summary: "show the API tokens of a workspace",
  options: [WORKSPACE_OPTION, { flags: "--all", summary: "also those that were revoked" }],
  examples: [
    { command: "keyward token list", does: "those that live" },
    { command: "keyward token list --all --json", does: "all, for a script" },
  ],
  run: async ({ workspace, all }, context) => {
    const path = `/v1/api_tokens${all === true ? "?include_revoked=true" : ""}`;
    const tokens = await listHub<HubToken>(context, { path, workspace });
    context.out.object({ tokens });
    if (tokens.length === 0) context.out.line("no tokens; next: keyward token create");
    else {
      context.out.table(
        ["ID", "NAME", "SCOPES", "PREVIEW", "EXPIRES", "LAST USED", "REVOKED"],
        tokens.map(({ id, name, scopes, prefix, last4, expires_at, last_used_at, revoked_at }) => {
          return [
            id,
            name,
            scopes.join(" "),
            `${prefix}…${last4}`,
            day(expires_at, "never"),
            day(last_used_at, "never"),
            day(revoked_at, "no"),
          ];
        }),
      );
    }
  },
});
