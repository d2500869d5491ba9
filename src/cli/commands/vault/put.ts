// `keyward vault put`: stores a secret, or where one is kept. The value comes from standard input, a variable, a file or a masked
// question; as an argument it works and is warned about. It is never printed.
import { KeywardError } from "../../../core/errors.ts";
import { checkScope, checkSecretName, DEFAULT_SCOPE, type SecretRef } from "../../../core/vault/words.ts";
import type { Context } from "../../context.ts";
import { hubSecretObject, isAtHub, putSecretAtHub, type Via, VIA_OPTION } from "../../at-hub/hub-vault.ts";
import { define } from "../../define.ts";
import { pinReference } from "../../vault/pin-reference.ts";
import { readSecretValue, type ValueFlags, valueSources } from "../../vault/read-value.ts";
import { secretObject } from "../../vault/show-secrets.ts";
import { callWithVariables } from "../../vault/with-variables.ts";

interface PutArguments extends ValueFlags, Via {
  readonly name: string;
  readonly scope?: string;
  readonly backend?: string;
  readonly copy?: boolean;
}

export const vaultPut = define<PutArguments>({
  name: "vault put",
  summary: "store a secret, or where it is kept",
  details: `Every put makes a new version. With --backend the vault keeps no value but the place of one, and reads it there when it
is needed: env:NAME, file:/path, command:'WORDS', op://VAULT/ITEM/FIELD, vault://MOUNT/PATH#FIELD, pass:NAME,
keychain:SERVICE/ACCOUNT. Into the keychain a value can be put as well: --backend keychain with a value.
Only the last line end of a value is cut off.`,
  args: [
    { name: "<name>", summary: "name of the secret, such as SLACK_BOT_TOKEN" },
    { name: "[value]", summary: "its value; better with --stdin, as arguments are seen by others" },
  ],
  options: [
    { flags: "--scope <scope>", summary: "user, workspace or tenant (default: workspace)" },
    { flags: "--stdin", summary: "read the value from standard input" },
    { flags: "--from-env <var>", summary: "read the value from a variable" },
    { flags: "--from-file <file>", summary: "read the value from a file" },
    { flags: "--backend <place>", summary: "keep no value but this place of it" },
    VIA_OPTION,
    { flags: "--copy", summary: "with --backend: store the value that is there now" },
  ],
  examples: [
    { command: "keyward vault put SLACK_BOT_TOKEN", does: "asks for the value" },
    { command: "pass show slack | keyward vault put SLACK_BOT_TOKEN --stdin", does: "take it from a pipe" },
    { command: "keyward vault put OPENAI_TEAM --via hub", does: "for the team, at the hub" },
    { command: "keyward vault put OPENAI_TEAM --backend op://Team/OpenAI/credential", does: "refer to 1Password" },
  ],
  run: async (args, context) => {
    const name = checkSecretName(args.name);
    const scope = checkScope(args.scope ?? DEFAULT_SCOPE);
    if (isAtHub(args)) return await putAtHub({ name, scope }, args, context);
    const { value, reference } = await readContent(name, args, context);
    const params = { profile: context.profile, scope, name, value, reference, copy: args.copy === true };
    const { secret, created, notice } = await callWithVariables("vault.put", params, context);
    if (notice !== null) context.out.note(notice);
    const where = secret.reference === null ? "" : `, kept elsewhere (${secret.source})`;
    context.out.line(`${created ? "stored" : "stored a new version of"} ${name} (${scope}, version ${secret.version}${where})`);
    context.out.object({ ...secretObject(secret), created, notice });
  },
});

async function putAtHub(ref: SecretRef, args: PutArguments, context: Context): Promise<void> {
  if (args.backend !== undefined || args.copy === true) throw new KeywardError("USAGE", "--via hub keeps the value itself, at the hub");
  const value = await readSecretValue(ref.name, args, context);
  const secret = await putSecretAtHub({ ...ref, value }, context);
  const created = secret.current_version === 1;
  context.out.line(
    `${created ? "stored" : "stored a new version of"} ${ref.name} at the hub (${ref.scope}, version ${secret.current_version})`,
  );
  context.out.object({ ...hubSecretObject(secret), created, notice: null });
}

async function readContent(
  name: string,
  args: PutArguments,
  context: Context,
): Promise<{ readonly value: string | null; readonly reference: string | null }> {
  const hasValue = valueSources(args).length > 0;
  const { backend } = args;
  if (backend === undefined) {
    if (args.copy === true) throw new KeywardError("USAGE", "--copy belongs to --backend");
    return { value: await readSecretValue(name, args, context), reference: null };
  }
  if (args.copy === true && hasValue) throw new KeywardError("USAGE", "--copy takes the value from the backend, so none is given");
  // The keychain alone: an item of keyward's own choice.
  const reference = backend === "keychain" ? `keychain:keyward-vault/${name}` : pinReference(backend, context);
  const isWritten = hasValue || backend === "keychain";
  return { value: isWritten && args.copy !== true ? await readSecretValue(name, args, context) : null, reference };
}
