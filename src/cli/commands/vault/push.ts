// `keyward vault push`: many secrets at once, after a masked table and a yes. All are stored or none.
import { checkScope, DEFAULT_SCOPE, type SecretScope } from "../../../core/vault/words.ts";
import { define } from "../../define.ts";
import { maskValue, type PushFlags, readPushPairs } from "../../vault/push-pairs.ts";

interface PushArguments extends PushFlags {
  readonly scope?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export const vaultPush = define<PushArguments>({
  name: "vault push",
  summary: "store many secrets at once",
  details: `Of a name that is given twice, an argument counts before the file and a variable before both. The file is read to the
letter: NAME=VALUE lines, quotes and spaces belong to the value, '#' begins a comment only at the start of a line.
A masked table is shown, and the push wants a yes or --yes. A name that another scope has already is refused.`,
  args: [{ name: "[pairs...]", summary: "NAME=VALUE; better with --from-env or --from-file, as arguments are seen by others" }],
  options: [
    { flags: "--from-env <names>", summary: "variables to store, with commas between them" },
    { flags: "--from-file <file>", summary: "env file to store, or - for standard input" },
    { flags: "--scope <scope>", summary: "user, workspace or tenant (default: workspace)" },
    { flags: "--dry-run", summary: "show what would be stored and store nothing" },
    { flags: "--yes", summary: "do not ask" },
  ],
  examples: [
    { command: "keyward vault push --from-file .env", does: "every line of the file" },
    { command: "keyward vault push --from-env OPENAI_API_KEY,SLACK_BOT_TOKEN --yes", does: "two variables, without asking" },
  ],
  run: async (args, context) => {
    const { out, call, profile, ask } = context;
    const scope: SecretScope = checkScope(args.scope ?? DEFAULT_SCOPE);
    const pairs = await readPushPairs(args, context);
    if (pairs.some(({ from }) => from === "argument")) {
      out.warn("a value given as an argument is kept by the shell's history and seen by every process; use --from-env or --from-file");
    }
    const params = { profile, scope, pairs: pairs.map(({ name, value }) => ({ name, value })) };
    const planned = await call("vault.push", { ...params, dryRun: true });
    const masked = new Map(pairs.map(({ name, value, from }) => [name, { text: maskValue(value), from }]));
    out.table(
      ["NAME", "VALUE", "FROM", "SCOPE", "OUTCOME"],
      planned.rows.map(({ name, action }) => [name, masked.get(name)?.text ?? "", masked.get(name)?.from ?? "", scope, action]),
    );
    const isDry = args.dryRun === true;
    if (!isDry) await ask.confirm(`Push ${pairs.length} ${pairs.length === 1 ? "secret" : "secrets"} to ${scope}?`, args.yes === true);
    const { rows, notice } = isDry ? planned : await call("vault.push", { ...params, dryRun: false });
    const stored = rows.filter(({ action }) => action !== "unchanged").length;
    out.object({ scope, dry_run: isDry, secrets: rows.map((row) => ({ ...row, masked: masked.get(row.name)?.text ?? "" })), notice });
    if (notice !== null) out.note(notice);
    if (!isDry) out.line(`pushed ${stored} of ${rows.length} to ${scope}${stored < rows.length ? "; the others are what they were" : ""}`);
  },
});
