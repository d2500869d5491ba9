// `keyward profile use`: which profile is the active one, kept in the setting `profile`.
import { ensureHome } from "../../../config/home.ts";
import { readVariable } from "../../../config/environment.ts";
import { storeSetting } from "../../../config/settings-file.ts";
import { KeywardError } from "../../../core/errors.ts";
import { checkName } from "../../../core/names.ts";
import { define } from "../../define.ts";

export const profileUse = define<{ name: string }>({
  name: "profile use",
  summary: "choose the active profile",
  args: [{ name: "<name>", summary: "name of the profile" }],
  examples: [
    { command: "keyward profile use work", does: "from now on" },
    { command: "keyward --profile work list", does: "for one command only" },
  ],
  run: async (args, { out, call, paths, world }) => {
    const name = checkName("profile", args.name);
    const { profiles } = await call("profile.list", {});
    // The default profile is made by the first login, so it may be chosen before it is there.
    if (name !== "default" && !profiles.some((profile) => profile.name === name)) {
      throw new KeywardError("PROFILE_UNKNOWN", `there is no profile called ${name}`, { hint: `keyward profile create ${name}` });
    }
    ensureHome(paths);
    storeSetting(paths, "profile", name);
    out.line(`${name} is the active profile now`);
    const variable = readVariable("KEYWARD_PROFILE", world.environment);
    if (variable !== undefined && variable !== name) out.warn(`KEYWARD_PROFILE is set to ${variable} in this shell and goes before it`);
    out.object({ profile: name });
  },
});
