// `keyward vault push`: many secrets at once, after a masked table and a yes. All are stored or none.
import { checkScope, DEFAULT_SCOPE, type SecretScope } from "../../../core/vault/words.ts";
import { isAtHub, listSecretsAtHub, putSecretAtHub, type Via, VIA_OPTION } from "../../at-hub/hub-vault.ts";
import type { Context } from "../../context.ts";
import { KeywardError } from "../../../core/errors.ts";
import { define } from "../../define.ts";
import { maskValue, type PushFlags, type PushPair, readPushPairs } from "../../vault/push-pairs.ts";

interface PushArguments extends PushFlags, Via {
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
    VIA_OPTION,
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
    if (isAtHub(args)) return await pushAtHub({ scope, pairs }, args, context);
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

interface Pushing {
  readonly scope: SecretScope;
  readonly pairs: readonly PushPair[];
}

/** One after the other: what the hub has taken when one is refused, it has. */
async function pushAtHub({ scope, pairs }: Pushing, { dryRun, yes }: PushArguments, context: Context): Promise<void> {
  const { out, ask } = context;
  const there = await listSecretsAtHub(null, context);
  const elsewhere = there.find((secret) => secret.scope !== scope && pairs.some(({ name }) => name === secret.name));
  if (elsewhere !== undefined) {
    throw new KeywardError("HUB_CONFLICT", `${elsewhere.name} is at the hub in another scope`, { hint: `--scope=${elsewhere.scope}` });
  }
  const rows = pairs.map(({ name, value, from }) => {
    const before = there.find((secret) => secret.name === name);
    const action = before === undefined ? "new" : "new version";
    return { name, action, version: (before?.current_version ?? 0) + 1, masked: maskValue(value), from };
  });
  out.table(
    ["NAME", "VALUE", "FROM", "SCOPE", "OUTCOME"],
    rows.map(({ name, masked, from, action }) => [name, masked, from, scope, action]),
  );
  if (dryRun !== true) {
    await ask.confirm(`Push ${pairs.length} ${pairs.length === 1 ? "secret" : "secrets"} to ${scope} at the hub?`, yes === true);
    for (const { name, value } of pairs) await putSecretAtHub({ name, scope, value }, context);
    out.line(`pushed ${pairs.length} to ${scope} at the hub`);
  }
  out.object({ scope, dry_run: dryRun === true, secrets: rows.map(({ from: _, ...row }) => row), notice: null });
}
