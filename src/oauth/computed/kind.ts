// What every computed credential can do: say what it is made from, check that, and make the next short-lived one.
// In: inputs as typed or picked from a file, then the checked source. Out: tokens like those of any OAuth login, so that freshness, storing
// and injecting need nothing new. A private key is used here to sign and leaves in no request.
import type { Clock } from "../../core/clock.ts";
import { KeywardError } from "../../core/errors.ts";
import type { GrantSource } from "../../core/grant.ts";
import { Secret, type SecretFields } from "../../core/secret.ts";
import type { OAuthContext } from "../oauth-error.ts";
import type { OAuthSend } from "../send.ts";
import type { TokenSet } from "../token-set.ts";

export interface ComputedInput {
  readonly name: string;
  /** What the form calls it. */
  readonly label: string;
  readonly secret: boolean;
  readonly optional: boolean;
  /** A whole file: a PEM, a JSON document. */
  readonly multiline: boolean;
  readonly hint: string | null;
}

/** Input name → as typed. */
export type TypedInputs = Readonly<Record<string, string>>;

export interface ReadContext {
  /** The provider's id and name. */
  readonly provider: string;
  readonly name: string;
  /** The host of {tenant}; null = the provider has none. */
  readonly host: string | null;
}

export interface ComputedRequest {
  readonly source: GrantSource;
  /** Where it is traded, every {input} replaced; "" = the signed token itself is the credential. */
  readonly tokenUrl: string;
  /** Where a session is renewed. */
  readonly refreshUrl: string | null;
  readonly context: OAuthContext;
}

export interface ComputedPorts {
  readonly send: OAuthSend;
  readonly clock: Clock;
  /** A source that has changed must be on the disk before it is used. */
  readonly keep?: ((source: GrantSource) => void) | undefined;
}

export interface ComputedKind {
  readonly inputs: readonly ComputedInput[];
  /** What a file or standard input holds. */
  readonly fileInput: string;
  /** @throws KEY_EMPTY, KEY_SHAPE with the input's name as `field` */
  read(typed: TypedInputs, context: ReadContext): SecretFields;
  /** @throws OAUTH_*, UPSTREAM_* */
  obtain(request: ComputedRequest, ports: ComputedPorts): Promise<TokenSet>;
}

export function input(name: string, label: string, more: Partial<ComputedInput> = {}): ComputedInput {
  return { name, label, secret: false, optional: false, multiline: false, hint: null, ...more };
}

/** One line of text that fits. @throws KEY_EMPTY, KEY_SHAPE */
export function readLine(
  typed: TypedInputs,
  { name, label }: ComputedInput,
  { pattern, shape, context }: { readonly pattern: RegExp; readonly shape: string; readonly context: ReadContext },
): string {
  const text = (typed[name] ?? "").trim();
  if (text === "") throw emptyInput(name, label, context);
  if (!pattern.test(text)) throw wrongInput(name, `the ${label.toLowerCase()} is ${shape}`, context);
  return text;
}

export function emptyInput(name: string, label: string, { provider, name: providerName }: ReadContext): KeywardError {
  return new KeywardError("KEY_EMPTY", `no ${label.toLowerCase()} was given for ${providerName}`, { detail: { provider, field: name } });
}

/** The text itself is never repeated. */
export function wrongInput(
  name: string,
  message: string,
  { provider, hint }: ReadContext & { readonly hint?: string | undefined },
): KeywardError {
  return new KeywardError("KEY_SHAPE", message, { hint: hint ?? `keyward provider show ${provider}`, detail: { provider, field: name } });
}

export function toSecrets(values: Readonly<Record<string, string>>): SecretFields {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)]));
}

/** A value of a checked source. */
export function valueOf({ values }: GrantSource, name: string): string {
  return values[name]?.reveal() ?? "";
}
