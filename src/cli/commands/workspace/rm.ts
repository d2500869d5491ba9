// `keyward workspace rm`: deletes a workspace at the hub and ends its tokens. Not the one this profile works in.
import { KeywardError } from "../../../core/errors.ts";
import { define } from "../../define.ts";
import { callHub } from "../../at-hub/call-hub.ts";

export const workspaceRm = define<{ workspace: string; confirm?: string; yes?: boolean }>({
  name: "workspace rm",
  summary: "delete a workspace at the hub",
  args: [{ name: "<workspace>", summary: "id or slug" }],
  options: [
    { flags: "--confirm <workspace>", summary: "the same name again, instead of an answer at the terminal" },
    { flags: "--yes", summary: "do not ask" },
  ],
  examples: [
    { command: "keyward workspace rm old", does: "asks first" },
    { command: "keyward workspace rm old --confirm old", does: "in a script" },
  ],
  run: async ({ workspace, confirm, yes }, context) => {
    const { identity } = await context.call("hub.state", { profile: context.profile });
    if (identity?.workspace?.id === workspace || identity?.workspace?.slug === workspace) {
      throw new KeywardError("HUB_CONFLICT", `${workspace} is the workspace this profile works in`, {
        hint: "keyward workspace use ANOTHER",
      });
    }
    if (confirm !== undefined && confirm !== workspace) throw new KeywardError("USAGE", "--confirm does not name the workspace");
    await context.ask.confirm(
      `Delete the workspace ${workspace} with its connections, secrets and tokens?`,
      yes === true || confirm === workspace,
    );
    await callHub(context, { method: "DELETE", path: `/v1/workspaces/${encodeURIComponent(workspace)}` });
    context.out.line(`${workspace} was deleted`);
    context.out.object({ workspace, deleted: true });
  },
});
