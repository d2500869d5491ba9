// `keyward workspace members`: who belongs to a workspace; with --add, --role and --remove, who should.
// In: a workspace and one change at most. Out: its members, an invitation, or the changed member. Removing asks first.
import { KeywardError } from "../../../core/errors.ts";
import { readVariable } from "../../../config/environment.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { callHub, listHub, WORKSPACE_OPTION } from "../../at-hub/call-hub.ts";

interface Member {
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
}

interface Args {
  readonly workspace?: string;
  readonly add?: string;
  readonly remove?: string;
  readonly change?: string;
  readonly role?: string;
  readonly yes?: boolean;
}

export const workspaceMembers = define<Args>({
  name: "workspace members",
  summary: "show and change who belongs to a workspace",
  details: "Someone who is not in the tenant yet gets an invitation: an address to hand over, good for a week and for that person.",
  options: [
    WORKSPACE_OPTION,
    { flags: "--add <email>", summary: "add or invite a person" },
    { flags: "--change <email>", summary: "give a member the role of --role" },
    { flags: "--remove <email>", summary: "remove a member" },
    {
      flags: "--role <role>",
      summary: "owner, admin, member or viewer (default with --add: member)",
      choices: ["owner", "admin", "member", "viewer"],
    },
    { flags: "--yes", summary: "do not ask before removing" },
  ],
  examples: [
    { command: "keyward workspace members", does: "everyone, with their roles" },
    { command: "keyward workspace members --add ada@example.com --role admin", does: "adds or invites her" },
  ],
  run: async (args, context) => {
    if ([args.add, args.change, args.remove].filter((each) => each !== undefined).length > 1) {
      throw new KeywardError("USAGE", "one of --add, --change and --remove at a time");
    }
    const path = `/v1/workspaces/${encodeURIComponent(await workspaceOf(args, context))}/members`;
    if (args.add !== undefined) return await add(path, { email: args.add, role: args.role ?? "member" }, context);
    const members = await listHub<Member>(context, { path });
    if (args.change !== undefined) return await change(path, { member: find(members, args.change), role: args.role }, context);
    if (args.remove !== undefined) return await remove(path, { member: find(members, args.remove), yes: args.yes === true }, context);
    context.out.object({ members });
    context.out.table(
      ["MEMBER", "NAME", "ROLE"],
      members.map(({ email, name, role }) => [email, name, role]),
    );
  },
});

async function workspaceOf({ workspace }: Args, context: Context): Promise<string> {
  const named = workspace ?? readVariable("KEYWARD_WORKSPACE", context.world.environment);
  if (named !== undefined) return named;
  const { identity } = await context.call("hub.state", { profile: context.profile });
  if (identity === null || identity.workspace === null)
    throw new KeywardError("HUB_WORKSPACE_REQUIRED", "which workspace?", { hint: "keyward workspace list" });
  return identity.workspace.id;
}

/** @throws HUB_NOT_FOUND */
function find(members: readonly Member[], email: string): Member {
  const found = members.find((member) => member.email === email.trim().toLowerCase() || member.user_id === email);
  if (found === undefined) throw new KeywardError("HUB_NOT_FOUND", `${email} is not a member`, { hint: "keyward workspace members" });
  return found;
}

async function add(path: string, body: { readonly email: string; readonly role: string }, context: Context): Promise<void> {
  const answer = await callHub<{ member: Member | null; invitation: string | null }>(context, {
    method: "POST",
    path,
    body,
    isCreate: true,
  });
  if (answer.invitation === null) context.out.line(`${body.email} is a ${body.role} now`);
  else {
    context.out.line(`hand this to ${body.email}, who can join with it within a week:`);
    context.out.line(answer.invitation);
  }
  context.out.object({ ...answer });
}

async function change(
  path: string,
  { member, role }: { readonly member: Member; readonly role: string | undefined },
  context: Context,
): Promise<void> {
  if (role === undefined) throw new KeywardError("USAGE", "--change needs --role");
  const changed = await callHub<Member>(context, { method: "PATCH", path: `${path}/${member.user_id}`, body: { role } });
  context.out.line(`${changed.email} is ${changed.role} now`);
  context.out.object({ member: changed });
}

async function remove(path: string, { member, yes }: { readonly member: Member; readonly yes: boolean }, context: Context): Promise<void> {
  await context.ask.confirm(`Remove ${member.email}? Their daemons lose the workspace's connections at once.`, yes);
  await callHub(context, { method: "DELETE", path: `${path}/${member.user_id}` });
  context.out.line(`${member.email} was removed`);
  context.out.object({ removed: member.user_id });
}
