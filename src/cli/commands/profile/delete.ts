// `keyward profile delete`: a store and everything in it, for good.
import { checkName } from "../../../core/names.ts";
import { define } from "../../define.ts";
import { noteLeftHub } from "../../at-hub/note-left-hub.ts";

export const profileDelete = define<{ name: string; yes?: boolean }>({
  name: "profile delete",
  summary: "delete a profile with all its keys",
  args: [{ name: "<name>", summary: "name of the profile" }],
  options: [{ flags: "--yes", summary: "do not ask" }],
  examples: [
    { command: "keyward profile delete work", does: "asks first" },
    { command: "keyward profile delete work --yes", does: "without asking" },
  ],
  run: async (args, { out, ask, call }) => {
    const profile = checkName("profile", args.name);
    const { profiles } = await call("profile.list", {});
    const exists = profiles.some((candidate) => candidate.name === profile);
    if (exists) {
      await ask.confirm(
        `Delete profile ${profile} with every key in it? There is no way back; keyward profile backup FILE saves it.`,
        args.yes === true,
      );
    }
    const leftHub = exists ? (await call("profile.delete", { profile })).leftHub : null;
    out.line(exists ? `deleted profile ${profile}` : `nothing to delete: there is no profile called ${profile}`);
    noteLeftHub(leftHub, out);
    out.object({ profile, deleted: exists });
  },
});
