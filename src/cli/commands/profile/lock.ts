// `keyward profile lock`: the daemon forgets the profile's key.
import { checkName } from "../../../core/names.ts";
import { define } from "../../define.ts";
import { profileObject } from "../../show/profiles.ts";

export const profileLock = define<{ name?: string }>({
  name: "profile lock",
  summary: "lock a profile",
  args: [{ name: "[name]", summary: "name of the profile (default: the active one)" }],
  examples: [
    { command: "keyward profile lock", does: "the active profile" },
    { command: "keyward profile lock work", does: "another one" },
  ],
  run: async (args, { out, call, profile }) => {
    const locked = await call("profile.lock", { profile: args.name === undefined ? profile : checkName("profile", args.name) });
    out.line(`profile ${locked.name} is ${locked.state}`);
    out.object(profileObject(locked));
  },
});
