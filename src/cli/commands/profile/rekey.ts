// `keyward profile rekey`: a new key for the store, kept where it is said.
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
  summary: "give a profile a new key or passphrase",
  args: [{ name: "[name]", summary: "name of the profile (default: the active one)" }],
  options: [
    { flags: "--custody <where>", summary: "where the new key is kept (default: passphrase)", choices: ["keychain", "passphrase", "file"] },
    { flags: "--passphrase-stdin", summary: "read the new passphrase from standard input" },
  ],
  examples: [
    { command: "keyward profile rekey", does: "asks for a new passphrase twice" },
    { command: "keyward profile rekey work --custody keychain", does: "a random key in the keychain" },
  ],
  run: async (args, context) => {
    const profile = args.name === undefined ? context.profile : checkName("profile", args.name);
    const custody = args.custody ?? "passphrase";
    const passphrase =
      custody === "passphrase"
        ? await readPassphrase({ label: "New passphrase", fromStdin: args.passphraseStdin === true, isNew: true }, context)
        : null;
    const changed = await context.call("profile.rekey", { profile, custody, passphrase });
    context.out.line(`profile ${changed.name} has a new key, kept in ${CUSTODY_WORDS[changed.custody]}`);
    context.out.object(profileObject(changed));
  },
});
