// `keyward creds set`: stores one key under its variable's name. Asks on a terminal; scripts pipe the value in with --stdin.
// The value is never an argument and never printed; the answer names the file that holds it, encrypted.
import type { CatalogueRow } from "../../../control/api/creds.ts";
import { KeywardError } from "../../../core/errors.ts";
import { checkName } from "../../../core/names.ts";
import type { Context } from "../../context.ts";
import { filterRows } from "../../creds/choose-rows.ts";
import { storeKey } from "../../creds/store-key.ts";
import { define } from "../../define.ts";
import { readStdin } from "../../input/read-text.ts";

interface SetArguments {
  readonly key?: string;
  readonly stdin?: boolean;
  readonly provider?: string;
  readonly connection?: string;
  readonly anyShape?: boolean;
}

const KEY_PATTERN = /^[A-Z][A-Z0-9_]*$/;

export const credsSet = define<SetArguments>({
  name: "creds set",
  summary: "store one key under its variable's name",
  details: `The provider that declares the name gets a connection; of a provider with several keys each waits in the vault until
the last is there. A name no provider declares becomes a secret of the vault. Without a name everything is asked for.`,
  args: [{ name: "[key]", summary: "name of the variable, such as OPENAI_API_KEY" }],
  options: [
    { flags: "--stdin", summary: "read the value from standard input; one line end at its end is dropped" },
    { flags: "--provider <id>", summary: "the provider, when several declare the name" },
    { flags: "--connection <name>", summary: "name of the connection (default: default)" },
    { flags: "--any-shape", summary: "store a value that does not look like a key of the provider" },
  ],
  examples: [
    { command: "keyward creds set", does: "be asked for everything" },
    { command: "keyward creds set OPENAI_API_KEY", does: "be asked for the value" },
    { command: "pass show openai | keyward creds set OPENAI_API_KEY --stdin", does: "from a password manager" },
  ],
  onExcess: () =>
    new KeywardError("KEY_IN_ARGV", "creds set takes no value as an argument: the shell's history keeps arguments", {
      hint: "pipe it in: keyward creds set KEY --stdin",
    }),
  run: async (args, context) => {
    const { out, call, profile, ask } = context;
    const typedKey = args.key === undefined ? null : checkKey(args.key);
    const connection = args.connection === undefined ? null : checkName("connection", args.connection);
    if (typedKey === null && args.stdin === true) throw new KeywardError("USAGE", "--stdin needs the name of the key", { hint: USE });
    if (args.stdin !== true && !ask.canAsk) throw new KeywardError("USAGE", "there is no terminal to ask on", { hint: USE });
    // Read before anything is asked of the daemon: what is not there is not stored.
    const piped = args.stdin === true ? dropLineEnd(await readStdin(context.world.stdin)) : null;
    if (piped === "") throw new KeywardError("KEY_EMPTY", "standard input is empty, so nothing was stored");
    const { rows, profilePath } = await call("creds.catalogue", { profile });
    if (args.provider !== undefined) filterRows(rows, { provider: [args.provider] });
    const provider = args.provider ?? null;
    const keys = typedKey !== null ? [typedKey] : await askForKeys(rows, provider, context);
    for (const key of keys) {
      const value = piped ?? (await ask.secret({ label: key, instead: "--stdin", cancelled: "LOGIN_CANCELLED" }));
      if (value.trim() === "") throw new KeywardError("KEY_EMPTY", "no value was given, so nothing was stored");
      const stored = await storeKey({ key, value, rows, provider, connection, anyShape: args.anyShape === true }, context);
      for (const notice of stored.notices) out.note(notice);
      out.line(`${key} is stored in ${profilePath}`);
      const { stillMissing } = stored;
      if (stillMissing.length > 0)
        out.note(`${stored.provider} also needs ${stillMissing.join(", ")}: keyward creds set ${stillMissing[0]}`);
      out.object({ key, path: profilePath, provider: stored.provider, connection: stored.connection, missing_keys: stillMissing });
    }
  },
});

const USE = "pipe it in: keyward creds set OPENAI_API_KEY --stdin";

/** What does not look like a variable may be a value: it is not repeated. */
function checkKey(text: string): string {
  if (KEY_PATTERN.test(text) && text.length <= 128) return text;
  throw new KeywardError("USAGE", "the name of a key is capital letters, digits and '_', and starts with a letter", {
    hint: "for example: keyward creds set OPENAI_API_KEY --stdin",
  });
}

function dropLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}

async function askForKeys(rows: readonly CatalogueRow[], provider: string | null, { ask, out }: Context): Promise<string[]> {
  const id = provider ?? (await ask.text({ label: "Provider", instead: "the name of the key", cancelled: "LOGIN_CANCELLED" })).trim();
  const [row] = filterRows(rows, { provider: [id] });
  if (row === undefined || row.requiredKeys.length === 0) throw new KeywardError("USAGE", `${row?.name ?? "it"} needs no credential`);
  const page = row.keysUrl ?? row.docsUrl;
  if (page !== null) out.note(`Create a key at ${page}`);
  return [...row.requiredKeys];
}
