// What every injection kind can do with its declared place: read the slot, replace the placeholder in it, fill an empty one.
// In: a place of a definition, a request head, values by field. Out: the slot's state or a new head. Pure.
import type { Outgoing } from "../../core/exchange.ts";
import type { SecretFields } from "../../core/secret.ts";

/**
 * placeholder: exactly the declared form with this connection's placeholder · empty: nothing there ·
 * misformed: the placeholder is in the slot, but not in a declared form · other: something else.
 */
export type SlotReading = "placeholder" | "empty" | "misformed" | "other";

/** Field name → the text the child was given: placeholders, and public fields as they are. */
export type GivenFields = Readonly<Record<string, string>>;

export interface InjectionKind<P> {
  read(place: P, request: Outgoing, given: GivenFields): SlotReading;
  /** Only called when `read` said "placeholder". */
  replace(place: P, request: Outgoing, values: { readonly given: GivenFields; readonly fields: SecretFields }): Outgoing;
  /** Only called when `read` said "empty". */
  fill(place: P, request: Outgoing, fields: SecretFields): Outgoing;
}

/** Does `text` hold one of the given values that is long enough to be a placeholder? */
export function holdsPlaceholder(text: string, placeholders: Iterable<string>): boolean {
  for (const placeholder of placeholders) if (placeholder.length >= 8 && text.includes(placeholder)) return true;
  return false;
}
