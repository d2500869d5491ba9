// `keyward auth logout`: ends the session at the hub as far as it can be reached, and forgets it here in any case.
import { readVariable } from "../../../config/environment.ts";
import { noteLeftHub } from "../../at-hub/note-left-hub.ts";
import { define } from "../../define.ts";

export const authLogout = define<{ force?: boolean; yes?: boolean }>({
  name: "auth logout",
  summary: "log out at the hub",
  details: "What the hub shared goes with it; connections of your own stay, and so does the address for the next login.",
  options: [
    { flags: "--force", summary: "do not ask" },
    { flags: "--yes", summary: "the same" },
  ],
  examples: [
    { command: "keyward auth logout", does: "asks first" },
    { command: "keyward auth logout --force", does: "in a script" },
  ],
  run: async ({ force, yes }, context) => {
    const { out, ask, world } = context;
    const before = await context.call("hub.state", { profile: context.profile });
    const isFromEnvironment = readVariable("KEYWARD_TOKEN", world.environment) !== undefined;
    const isLinked = before.identity !== null || before.deviceId !== null;
    if (isLinked) {
      await ask.confirm(`Log out at ${before.identity?.url ?? "the hub"}?`, force === true || yes === true);
      const ended = await context.call("hub.logout", { profile: context.profile });
      out.line(`logged out at ${ended.url ?? "the hub"}`);
      if (before.identity?.method !== "token")
        noteLeftHub({ url: ended.url ?? "the hub", deviceId: before.deviceId, ended: ended.revoked }, out);
      out.object({ status: "logged_out", hub: ended.url, revoked: ended.revoked, env_token_active: isFromEnvironment });
    } else {
      out.line("Already logged out");
      out.object({ status: "already_logged_out", hub: null, revoked: false, env_token_active: isFromEnvironment });
    }
    if (isFromEnvironment) out.note("KEYWARD_TOKEN is still set and still used: unset KEYWARD_TOKEN");
  },
});
