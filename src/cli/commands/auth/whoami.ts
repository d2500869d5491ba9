// `keyward auth whoami`: asks the hub who this is, which proves the token, the hub and the workspace.
import { define } from "../../define.ts";
import { callHub, WORKSPACE_OPTION } from "../../at-hub/call-hub.ts";

interface Me {
  readonly kind: string;
  readonly id: string;
  readonly user: { readonly id: string; readonly email: string } | null;
  readonly tenant: { readonly id: string; readonly name: string };
  readonly workspace: { readonly id: string; readonly slug: string; readonly role: string | null } | null;
  readonly scopes: readonly string[];
}

export const authWhoami = define<{ workspace?: string }>({
  name: "auth whoami",
  summary: "ask the hub who this profile is",
  details: "A hub that cannot be reached ends with 6, a login that is over with 3.",
  options: [WORKSPACE_OPTION],
  examples: [
    { command: "keyward auth whoami", does: "user, tenant, workspace, role" },
    { command: "keyward auth whoami --json", does: "the same for a script" },
  ],
  run: async ({ workspace }, context) => {
    const query = workspace === undefined ? "" : `?workspace=${encodeURIComponent(workspace)}`;
    const me = await callHub<Me>(context, { method: "GET", path: `/v1/me${query}` });
    context.out.line(`Logged in as ${me.user?.id ?? me.id} on tenant ${me.tenant.id}`);
    context.out.facts([
      ["user", me.user?.email ?? `none: ${me.kind}`],
      ["tenant", me.tenant.name],
      [
        "workspace",
        me.workspace === null ? "none chosen" : `${me.workspace.slug}${me.workspace.role === null ? "" : ` (${me.workspace.role})`}`,
      ],
      ["scopes", me.scopes.join(" ")],
    ]);
    context.out.object({ ...me });
  },
});
