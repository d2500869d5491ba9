// `keyward workspace use`: which workspace this profile works in from now on. Commands can name another for themselves.
import { define } from "../../define.ts";
import { identityLine, identityObject } from "../../show/hub.ts";

export const workspaceUse = define<{ workspace: string }>({
  name: "workspace use",
  summary: "choose the workspace this profile works in",
  details:
    "Only the default changes: --workspace, KEYWARD_WORKSPACE and other profiles are not touched, and runs that live go on as they began.",
  args: [{ name: "<workspace>", summary: "id or slug" }],
  examples: [
    { command: "keyward workspace use payments", does: "shared connections are those of payments from now on" },
    { command: "keyward --profile work workspace use payments", does: "for another profile" },
  ],
  run: async ({ workspace }, context) => {
    const identity = await context.call("hub.useWorkspace", { profile: context.profile, workspace });
    context.out.line(identityLine(identity));
    context.out.object(identityObject(identity));
  },
});
