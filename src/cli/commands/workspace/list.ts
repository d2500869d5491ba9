// `keyward workspace list`: the workspaces of the hub that this login may use.
import { define } from "../../define.ts";
import { listHub } from "../../at-hub/call-hub.ts";

interface Workspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly role: string | null;
}

export const workspaceList = define({
  name: "workspace list",
  summary: "show the workspaces of the hub",
  examples: [
    { command: "keyward workspace list", does: "the one in use marked *" },
    { command: "keyward workspace list --json", does: "the same for a script" },
  ],
  run: async (_args, context) => {
    const workspaces = await listHub<Workspace>(context, { path: "/v1/workspaces" });
    const { identity } = await context.call("hub.state", { profile: context.profile });
    const own = identity?.workspace?.id;
    context.out.object({ workspaces: workspaces.map((each) => ({ ...each, active: each.id === own })) });
    context.out.table(
      ["WORKSPACE", "NAME", "ROLE", "ID"],
      workspaces.map(({ id, slug, name, role }) => [id === own ? `${slug} *` : slug, name, role ?? "tenant admin", id]),
    );
  },
});
