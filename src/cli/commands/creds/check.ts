// `keyward creds check`: are the credentials there that programs will ask for, and where does each come from?
// Ends with 7 when one is missing. It reads names and shapes and prints no value.
import { type CheckArguments, printChecks, runCheck } from "../../creds/run-check.ts";
import { KINDS } from "../../creds/choose-rows.ts";
import { define } from "../../define.ts";

const CREDENTIALS_MISSING_STATUS = 7;

export const credsCheck = define<CheckArguments>({
  name: "creds check",
  summary: "see which credentials are there and which are missing",
  details: `Looks in the environment, in --secrets-file (NAME=value lines or a JSON object; names only) and in the profile, in that
order, and says where each comes from and what it shadows. A value that another place keeps (1Password, a command …)
counts by its name: vault check fetches it. Without --provider the providers of keyward.json are
checked, and without such a file those of which anything is there; --all checks the whole catalogue.
A profile that cannot be opened is said and left out. Exit status 0 when nothing is missing, 7 otherwise.
In a run the profile's connection is what the program gets, whatever the environment has.`,
  options: [
    { flags: "--provider <id>", summary: "check this provider; may be repeated", repeat: true },
    { flags: "--kind <kind>", summary: "only providers of this kind; may be repeated", repeat: true, choices: KINDS },
    { flags: "--secrets-file <file>", summary: "a file that holds credentials as well" },
    { flags: "--env-prefix <prefix>", summary: "PREFIX_OPENAI_API_KEY counts as OPENAI_API_KEY" },
    { flags: "--air-gap", summary: "leave out what is reached over the internet" },
    { flags: "--all", summary: "check every provider there is" },
  ],
  examples: [
    { command: "keyward creds check", does: "what this directory's work needs" },
    { command: "keyward creds check --provider openai --secrets-file .env", does: "one provider, with a file" },
    { command: "keyward creds check --air-gap --json", does: "an array for a script" },
  ],
  run: async (args, context) => {
    const result = await runCheck(args, context);
    context.out.list(
      result.checks.map(({ providerId, status, missingKeys, remediation, found, ignored }) => {
        const sources = [...found.map((one) => ({ ...one })), ...ignored.map((one) => ({ ...one }))];
        return { providerId, status, missingKeys, remediation, sources };
      }),
    );
    printChecks(result, context);
    return result.isComplete ? 0 : CREDENTIALS_MISSING_STATUS;
  },
});
