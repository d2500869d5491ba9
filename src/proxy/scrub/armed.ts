// What is looked for in the answers to a request, and what happens when it is found. Decided with step 8, used by step 10.
// In: the credential that leaves, and the setting for its connection. Out: a Scrub, or null: the answer passes as it comes.
// Finders are kept as long as their credential is, so that a request costs no preparation.
import type { Connection, ConnectionRef, Credential } from "../../core/connection.ts";
import { type Outgoing, withHeaders } from "../../core/exchange.ts";
import type { Secret } from "../../core/secret.ts";
import { acceptReadable } from "./coded/content-coding.ts";
import { KeyFinder } from "./find/key-finder.ts";
import { keyForms, MIN_SECRET_BYTES } from "./find/key-forms.ts";

export type ScrubMode = "off" | "mask" | "block";

export interface Scrub {
  readonly mode: Exclude<ScrubMode, "off">;
  readonly finder: KeyFinder;
}

/** Without a setting, shorter secrets are not looked for: text that is equal by chance would be masked. */
export const MIN_UNASKED_CHARACTERS = 16;

const finders = new WeakMap<Credential, Map<number, KeyFinder | null>>();

/** What the settings say about a connection. null: mask, when the secret is long enough. */
export interface ScrubSettings {
  scrubMode(connection: ConnectionRef): ScrubMode | null;
}

export function armScrub(connection: Connection, credential: Credential, settings: ScrubSettings): Scrub | null {
  const chosen = settings.scrubMode(connection);
  if (chosen === "off") return null;
  const finder = finderFor(connection, credential, chosen === null ? MIN_UNASKED_CHARACTERS : MIN_SECRET_BYTES);
  return finder === null ? null : { mode: chosen ?? "mask", finder };
}

/** The request as it leaves: it asks for no answer that could not be looked into. */
export function askReadable(outgoing: Outgoing, scrub: Scrub | null): Outgoing {
  if (scrub === null) return outgoing;
  const headers = acceptReadable(outgoing.headers);
  return headers === outgoing.headers ? outgoing : withHeaders(outgoing, headers);
}

function finderFor(connection: Connection, credential: Credential, minLength: number): KeyFinder | null {
  const known = finders.get(credential) ?? new Map<number, KeyFinder | null>();
  finders.set(credential, known);
  const before = known.get(minLength);
  if (before !== undefined) return before;
  const secrets = Object.entries(credential.fields).filter(([field]) => !Object.hasOwn(connection.publicFields, field));
  const forms = secrets.filter(([, secret]) => isLong(secret, minLength)).flatMap(([, secret]) => keyForms(secret));
  const finder = forms.length === 0 ? null : new KeyFinder(forms);
  known.set(minLength, finder);
  return finder;
}

function isLong(secret: Secret, minLength: number): boolean {
  return secret.length >= minLength;
}
