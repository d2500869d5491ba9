// `keyward profile rekey`: another passphrase or another place for the store's key. The key stays: a new one comes with a restored backup.
import { checkName } from "../../../core/names.ts";
import { define } from "../../define.ts";
import { readPassphrase } from "../../input/passphrase.ts";
import { CUSTODY_WORDS, profileObject } from "../../show/profiles.ts";

interface RekeyArguments {
  readonly name?: string;
  readonly custody?: "keychain" | "passphrase" | "file";
  readonly passphraseStdin?: boolean;
}

export const profileRekey = define<RekeyArguments>({
  name: "profile rekey",
  summary: "change a profile's passphrase, or where its key is kept",
  details: `The key itself, which the passphrase wraps, stays. Whoever has a copy of it can open the store all the same; then
profile backup, profile delete and profile restore make a profile with a new one.`,
  args: [{ name: "[name]", summary: "name of the profile (default: the active one)" }],
  options: [
    { flags: "--custody <where>", summary: "where the key is kept (default: passphrase)", choices: ["keychain", "passphrase", "file"] },
    { flags: "--passphrase-stdin", summary: "read the new passphrase from standard input" },
  ],
  examples: [
    { command: "keyward profile rekey", does: "asks for a new passphrase twice" },
    { command: "keyward profile rekey work --custody keychain", does: "from now on in the keychain" },
  ],
  run: async (args, context) => {
    const profile = args.name === undefined ? context.profile : checkName("profile", args.name);
    const custody = args.custody ?? "passphrase";
    const passphrase =
      custody === "passphrase"
        ? await readPassphrase({ label: "New passphrase", fromStdin: args.passphraseStdin === true, isNew: true }, context)
        : null;
    const changed = await context.call("profile.rekey", { profile, custody, passphrase });
    context.out.line(`profile ${changed.name} has its key in ${CUSTODY_WORDS[changed.custody]}`);
    context.out.object(profileObject(changed));
  },
});
