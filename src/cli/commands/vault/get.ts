// `keyward vault get`: what is known about one secret; its value only with --show-secret, as `keyward get` does it.
import type { SecretInfo } from "../../../control/api/vault.ts";
import { KeywardError } from "../../../core/errors.ts";
import { checkScope, checkSecretName, type SecretScope } from "../../../core/vault/words.ts";
import { askToReveal } from "../../acts/reveal.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { secretObject } from "../../vault/show-secrets.ts";
import { callWithVariables } from "../../vault/with-variables.ts";

interface GetArguments {
  readonly name: string;
  readonly scope?: string;
  readonly field?: string;
  readonly version?: string;
  readonly showSecret?: boolean;
  readonly yes?: boolean;
}

const REDACTED = "[redacted]";

export const vaultGet = define<GetArguments>({
  name: "vault get",
  summary: "show one secret, its value redacted",
  details: `--field prints one bare value: name, scope, source, reference, version, versions, created_at, updated_at, used_by or value.
The value needs --show-secret, which wants a terminal or --yes, is audited, and is refused inside keyward run.`,
  args: [{ name: "<name>", summary: "name of the secret" }],
  options: [
    { flags: "--scope <scope>", summary: "user, workspace or tenant (default: the nearest that has it)" },
    { flags: "--field <name>", summary: "print this value alone" },
    { flags: "--version <number>", summary: "with --show-secret: an earlier version" },
    { flags: "--show-secret", summary: "print the real value" },
    { flags: "--yes", summary: "print it without a terminal" },
  ],
  examples: [
    { command: "keyward vault get SLACK_BOT_TOKEN", does: "facts, the value redacted" },
    { command: "keyward vault get SLACK_BOT_TOKEN --field value --show-secret", does: "the value, bare" },
  ],
  run: async (args, context) => {
    const name = checkSecretName(args.name);
    const scope = args.scope === undefined ? null : checkScope(args.scope);
    const version = readVersion(args);
    const value = args.showSecret === true ? await reveal({ name, scope, version, yes: args.yes === true }, context) : null;
    const secret = await context.call("vault.get", { profile: context.profile, name, scope });
    if (args.field !== undefined) return printField(args.field, { secret, value }, context);
    const { out } = context;
    out.object({ ...secretObject(secret), value: value ?? REDACTED });
    out.facts(Object.entries(secretObject(secret)).map(([key, fact]) => [key, sayFact(fact)]));
    // Exactly as it is: a changed value is worth nothing.
    if (!out.json) out.raw(`value: ${value ?? REDACTED}\n`);
  },
});

interface Revealing {
  readonly name: string;
  readonly scope: SecretScope | null;
  readonly version: number | null;
  readonly yes: boolean;
}

async function reveal({ yes, ...which }: Revealing, context: Context): Promise<string> {
  const asker = askToReveal(yes, context);
  return (await callWithVariables("vault.reveal", { profile: context.profile, ...which, asker }, context)).value;
}

function readVersion({ version, showSecret }: GetArguments): number | null {
  if (version === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(version)) throw new KeywardError("USAGE", "--version takes the number of a version");
  if (showSecret !== true) throw new KeywardError("USAGE", "--version belongs to --show-secret", { hint: "keyward vault versions NAME" });
  return Number(version);
}

function printField(
  field: string,
  { secret, value }: { readonly secret: SecretInfo; readonly value: string | null },
  { out }: Context,
): void {
  const facts = secretObject(secret);
  if (field === "value" && value === null) {
    throw new KeywardError("USAGE", "the value is secret", { hint: `keyward vault get ${secret.name} --field value --show-secret` });
  }
  const known: Readonly<Record<string, string | number | null | readonly string[]>> = { ...facts, value };
  if (!Object.hasOwn(known, field)) {
    throw new KeywardError("FIELD_UNKNOWN", `there is no such field; the fields are ${Object.keys(known).join(", ")}`);
  }
  const fact = known[field] ?? null;
  out.object({ [field]: fact });
  if (!out.json) out.raw(`${fact === null ? "" : typeof fact === "object" ? fact.join("\n") : String(fact)}\n`);
}

function sayFact(fact: string | number | null | readonly string[]): string {
  if (fact === null) return "-";
  return typeof fact === "object" ? fact.join(", ") : String(fact);
}
