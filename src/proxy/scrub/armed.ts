// What is looked for in the answers to a request, and what happens when it is found. Decided with step 8, used by step 10.
// In: the credential that leaves, and the setting for its connection. Out: a Scrub, or null: the answer passes as it comes.
// Finders are kept as long as their credential is, so that a request costs no preparation.
import type { Connection, Credential } from "../../core/connection.ts";
import type { Secret } from "../../core/secret.ts";
import { KeyFinder } from "./key-finder.ts";
import { keyForms, MIN_SECRET_BYTES } from "./key-forms.ts";

export type ScrubMode = "off" | "mask" | "block";

export interface Scrub {
  readonly mode: Exclude<ScrubMode, "off">;
  readonly finder: KeyFinder;
}

/** Without a setting, shorter secrets are not looked for: text that is equal by chance would be masked. */
export const MIN_UNASKED_CHARACTERS = 16;

const finders = new WeakMap<Credential, Map<number, KeyFinder | null>>();

/** @param chosen the setting; null: mask, when the secret is long enough */
export function armScrub(connection: Connection, credential: Credential, chosen: ScrubMode | null): Scrub | null {
  if (chosen === "off") return null;
  const finder = finderFor(connection, credential, chosen === null ? MIN_UNASKED_CHARACTERS : MIN_SECRET_BYTES);
  return finder === null ? null : { mode: chosen ?? "mask", finder };
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
