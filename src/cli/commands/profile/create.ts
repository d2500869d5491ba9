// `keyward profile create`: a new encrypted store. Where its key is kept is chosen here, or by the daemon, which says so.
import { checkName } from "../../../core/names.ts";
import { define } from "../../define.ts";
import { readPassphrase } from "../../input/passphrase.ts";
import { CUSTODY_WORDS, profileObject } from "../../show/profiles.ts";

interface CreateArguments {
  readonly name: string;
  readonly custody?: "keychain" | "passphrase" | "file";
  readonly passphraseStdin?: boolean;
}

export const profileCreate = define<CreateArguments>({
  name: "profile create",
  summary: "make a profile",
  args: [{ name: "<name>", summary: "name of the profile" }],
  options: [
    {
      flags: "--custody <where>",
      summary: "where its key is kept (default: the keychain, else a file)",
      choices: ["keychain", "passphrase", "file"],
    },
    { flags: "--passphrase-stdin", summary: "read the passphrase from standard input" },
  ],
  examples: [
    { command: "keyward profile create work", does: "a second store beside the first" },
    { command: "keyward profile create work --custody passphrase", does: "locked by a passphrase" },
  ],
  run: async (args, context) => {
    const { out, call } = context;
    const profile = checkName("profile", args.name);
    const custody = args.passphraseStdin === true ? "passphrase" : (args.custody ?? null);
    const passphrase =
      custody === "passphrase"
        ? await readPassphrase(
            { label: `New passphrase for profile ${profile}`, fromStdin: args.passphraseStdin === true, isNew: true },
            context,
          )
        : null;
    const created = await call("profile.create", { profile, custody, passphrase });
    out.line(`created profile ${created.name}; its key is kept in ${CUSTODY_WORDS[created.custody]}`);
    out.line(`next: keyward profile use ${created.name}`);
    out.object(profileObject(created));
  },
});
