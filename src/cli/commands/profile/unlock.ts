// `keyward profile unlock`: gives the daemon the passphrase; the profile stays unlocked until it is locked or the daemon ends.
import { checkName } from "../../../core/names.ts";
import { define } from "../../define.ts";
import { readPassphrase } from "../../input/passphrase.ts";
import { profileObject } from "../../show/profiles.ts";

export const profileUnlock = define<{ name?: string; passphraseStdin?: boolean }>({
  name: "profile unlock",
  summary: "unlock a profile with its passphrase",
  args: [{ name: "[name]", summary: "name of the profile (default: the active one)" }],
  options: [{ flags: "--passphrase-stdin", summary: "read the passphrase from standard input" }],
  examples: [
    { command: "keyward profile unlock", does: "asks for the passphrase" },
    { command: "keyward profile unlock work --passphrase-stdin < file", does: "from a file" },
  ],
  run: async (args, context) => {
    const profile = args.name === undefined ? context.profile : checkName("profile", args.name);
    const label = profile === null ? "Passphrase of the profile" : `Passphrase of profile ${profile}`;
    const passphrase = await readPassphrase({ label, fromStdin: args.passphraseStdin === true, isNew: false }, context);
    const unlocked = await context.call("profile.unlock", { profile, passphrase });
    context.out.line(`profile ${unlocked.name} is unlocked`);
    context.out.object(profileObject(unlocked));
  },
});
