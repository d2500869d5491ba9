// What every injection kind can do with its declared place: read the slot, replace the placeholder in it, fill an empty one.
// In: a place of a definition, a request head (and the start of its body), values by field. Out: the slot's state, a new head, or
// what rewrites the body while it streams. Pure.
import type { Outgoing } from "../../core/exchange.ts";
import type { SecretFields } from "../../core/secret.ts";
import type { BodyRewriter } from "../body/body-rewriter.ts";

/**
 * placeholder: exactly the declared form with this connection's placeholder · empty: nothing there ·
 * misformed: the placeholder is in the slot, but not in a declared form · other: something else ·
 * later: the slot may stand in the part of the body that has not been read.
 */
export type SlotReading = "placeholder" | "empty" | "misformed" | "other" | "later";

/** Field name → the text the child was given: placeholders, and public fields as they are. */
export type GivenFields = Readonly<Record<string, string>>;

export interface SlotValues {
  readonly given: GivenFields;
  readonly fields: SecretFields;
}

export interface InjectionKind<P> {
  read(place: P, request: Outgoing, given: GivenFields): SlotReading;
  /** Only called when `read` said "placeholder". A kind whose slot is in the body leaves the head as it is. */
  replace(place: P, request: Outgoing, values: SlotValues): Outgoing;
  /** Only called when `read` said "empty". null: an absent slot cannot be made up (a path segment, a body, a signature). */
  readonly fill: ((place: P, request: Outgoing, fields: SecretFields) => Outgoing) | null;
  /** The request without the slot, for a placeholder that stands where its credential does not go. Absent: it cannot be taken out. */
  clear?(place: P, request: Outgoing): Outgoing;
  /** The header field it writes, lower case: kept even when `Connection` names it. */
  header?(place: P): string;
  /** How many bytes of the body must be known before `read` and `replace`; 0 for none. Judged by the head. */
  bodyBytes?(place: P, request: Outgoing): number;
  /** What replaces the placeholder in the body as it streams; null when it has no slot in this request's. After `replace`. */
  rewriter?(place: P, request: Outgoing, values: SlotValues): BodyRewriter | null;
}

/** Does `text` hold one of the given values that is long enough to be a placeholder? */
export function holdsPlaceholder(text: string, placeholders: Iterable<string>): boolean {
  for (const placeholder of placeholders) if (placeholder.length >= 8 && text.includes(placeholder)) return true;
  return false;
}

/** What the whole text of a slot is: the declared form, something with the placeholder in it, or the child's own. */
export function readText(text: string, expected: string | null, given: GivenFields): SlotReading {
  if (text === "") return "empty";
  if (text === expected) return "placeholder";
  return holdsPlaceholder(text, Object.values(given)) ? "misformed" : "other";
}
