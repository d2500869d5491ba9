// `keyward creds import`: takes keys over from a dotenv file. Names are matched to the providers that declare them.
// It prints names and outcomes, never values. The file is only read.
import type { ImportRow } from "../../../control/protocol.ts";
import { KeywardError } from "../../../core/errors.ts";
import { checkName } from "../../../core/names.ts";
import { define } from "../../define.ts";
import { type DotenvFile, parseDotenv } from "../../../discover/formats/dotenv.ts";
import { readStdin, readTextFile } from "../../input/read-text.ts";
import type { Style } from "../../text/colour.ts";

interface ImportArguments {
  readonly file: string;
  readonly connection?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

const STYLES: Readonly<Record<ImportRow["outcome"], Style>> = {
  stored: "good",
  "would store": "good",
  unknown: "dim",
  refused: "bad",
  exists: "warn",
  incomplete: "warn",
};
const DONE: readonly ImportRow["outcome"][] = ["stored", "would store", "exists"];

export const credsImport = define<ImportArguments>({
  name: "creds import",
  summary: "take over keys from a dotenv file",
  details: `Each NAME=value is matched to the provider that declares the name; what no provider declares is left alone.
Exit status 1 when a value was refused, 7 when nothing in the file belongs to a provider.`,
  args: [{ name: "<file>", summary: "dotenv file, or - for standard input" }],
  options: [
    { flags: "--connection <name>", summary: "name of the connections made (default: default)" },
    { flags: "--dry-run", summary: "show what would be stored and store nothing" },
    { flags: "--force", summary: "replace keys of existing connections" },
  ],
  examples: [
    { command: "keyward creds import .env --dry-run", does: "see what it would do" },
    { command: "keyward creds import .env", does: "store them; then delete the file" },
  ],
  run: async (args, context) => {
    const { out, call, profile, world } = context;
    const connection = args.connection === undefined ? null : checkName("connection", args.connection);
    const file = parseDotenv(args.file === "-" ? await readStdin(world.stdin) : readTextFile(args.file, world.cwd).text);
    warnOfBadLines(file, args.file, out.warn.bind(out));
    if (file.pairs.length === 0) throw nothingUsable();
    const flags = { dryRun: args.dryRun === true, force: args.force === true };
    const { rows, notice } = await call("connection.import", { profile, pairs: file.pairs, connection, ...flags });
    out.object({ rows, notice, bad_lines: file.badLines });
    out.table(
      ["NAME", "PROVIDER", "CONNECTION", "OUTCOME", "WHY"],
      rows.map((row) => [
        row.name,
        row.provider ?? "-",
        row.connection ?? "-",
        { text: row.outcome, style: STYLES[row.outcome] },
        row.reason ?? "",
      ]),
    );
    if (notice !== null) out.note(notice);
    if (rows.some((row) => row.outcome === "exists")) out.note("existing keys were kept; --force replaces them");
    if (rows.some((row) => row.outcome === "stored") && args.file !== "-")
      out.note(`the keys are still in ${args.file}; delete them there`);
    if (rows.some((row) => row.outcome === "refused" || row.outcome === "incomplete")) return 1;
    if (!rows.some((row) => DONE.includes(row.outcome))) throw nothingUsable();
    return 0;
  },
});

function warnOfBadLines({ badLines }: DotenvFile, name: string, warn: (text: string) => void): void {
  if (badLines.length > 0)
    warn(`${name}: skipped line ${badLines.slice(0, 10).join(", ")}${badLines.length > 10 ? ", …" : ""}: not NAME=value`);
}

function nothingUsable(): KeywardError {
  return new KeywardError("CREDENTIALS_MISSING", "nothing in the file belongs to a provider keyward knows", {
    hint: "keyward provider list",
  });
}
