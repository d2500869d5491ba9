// The words of the vault: scopes, names, and how a text refers to a secret. Shared by the store, the daemon and the commands.
// In: names as typed. Out: checked names, or an error that never repeats what may be a pasted key.
import { KeywardError } from "../errors.ts";

/** Nearest first: a secret of one's own hides one of the same name that the workspace has. */
export const SECRET_SCOPES = ["user", "workspace", "tenant"] as const;
export type SecretScope = (typeof SECRET_SCOPES)[number];
export const DEFAULT_SCOPE: SecretScope = "workspace";

export const SECRET_NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;
/** As the control socket takes values. */
export const MAX_SECRET_CHARS = 64 * 1024;

export interface SecretRef {
  readonly scope: SecretScope;
  readonly name: string;
}

/** What a connection that was set is about. */
export const LABELLED_KINDS = [
  "slack",
  "github",
  "linear",
  "discord",
  "email",
  "cron",
  "file",
  "webhook",
  "cdc",
  "twilio",
  "sentry",
  "pagerduty",
  "stripe",
  "s3",
  "mcp",
  "llm",
] as const;
export type LabelledKind = (typeof LABELLED_KINDS)[number];

/** @throws USAGE */
export function checkScope(scope: string): SecretScope {
  const found = SECRET_SCOPES.find((known) => known === scope);
  if (found !== undefined) return found;
  throw new KeywardError("USAGE", `a scope is one of ${SECRET_SCOPES.join(", ")}`, {
    hint: `for example: --scope ${DEFAULT_SCOPE}`,
  });
}

/** @throws NAME_INVALID */
export function checkSecretName(name: string): string {
  if (SECRET_NAME_PATTERN.test(name)) return name;
  throw new KeywardError("NAME_INVALID", "names of secrets are 1 to 128 of A-Z, a-z, 0-9, '_', '.' or '-' and start with a letter or '_'", {
    hint: "for example: SLACK_BOT_TOKEN",
  });
}

/** @throws USAGE */
export function checkLabelledKind(kind: string): LabelledKind {
  const found = LABELLED_KINDS.find((known) => known === kind);
  if (found !== undefined) return found;
  throw new KeywardError("USAGE", `there is no such kind of connection; the kinds are ${LABELLED_KINDS.join(", ")}`, {
    hint: `for example: --kind ${LABELLED_KINDS[0]}`,
  });
}

/** Nobody's key: words in capitals joined by underscores. Anything else that is unknown may be a value typed in the wrong place. */
const PLAIN_NAME = /^[A-Z]{1,24}(?:_[A-Z0-9]{1,16}){0,6}$/;

export function isPlainName(name: string): boolean {
  return PLAIN_NAME.test(name);
}

/** `'NAME'` where it can be said, else the words for something unnamed. */
export function sayName(name: string): string {
  return PLAIN_NAME.test(name) ? `'${name}'` : "that name";
}

export function secretUnknown(name: string, scope: SecretScope | null = null): KeywardError {
  const where = scope === null ? "" : ` in the scope ${scope}`;
  return new KeywardError("SECRET_UNKNOWN", `no secret has ${PLAIN_NAME.test(name) ? `the name ${sayName(name)}` : "that name"}${where}`, {
    hint: PLAIN_NAME.test(name) ? `keyward vault put ${name} --stdin` : "keyward vault list",
  });
}

const REFERENCE = /\$\{vault:([^{}]*)\}/g;

/** The names that `${vault:NAME}` refers to, each once. @throws NAME_INVALID */
export function vaultReferences(text: string): string[] {
  return [...new Set([...text.matchAll(REFERENCE)].map(([, name = ""]) => checkSecretName(name)))];
}

/** Puts values in the places of the references; a value that looks like a reference is left as it is. */
export function expandVaultReferences(text: string, valueOf: (name: string) => string): string {
  return text.replace(REFERENCE, (_whole, name: string) => valueOf(name));
}
