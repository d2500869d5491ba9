// The table of injection kinds: a place's `in` names the file that reads, replaces and fills it.
import type { Matched, Outgoing } from "../../core/exchange.ts";
import type { SecretFields } from "../../core/secret.ts";
import type { Place } from "../../providers/schema.ts";
import type { BodyRewriter } from "../body/body-rewriter.ts";
import { basicKind } from "./basic.ts";
import { cookieKind } from "./cookie.ts";
import { formKind } from "./form.ts";
import { headerKind } from "./header.ts";
import { jsonKind } from "./json.ts";
import type { GivenFields, InjectionKind, SlotReading, SlotValues } from "./kind.ts";
import { pathKind, withoutOwnSegment } from "./path.ts";
import { queryKind } from "./query.ts";
import { sigv4Kind } from "./sigv4.ts";

const KINDS: { readonly [K in Place["in"]]: InjectionKind<Extract<Place, { in: K }>> } = {
  header: headerKind,
  basic: basicKind,
  query: queryKind,
  path: pathKind,
  cookie: cookieKind,
  form: formKind,
  json: jsonKind,
  sigv4: sigv4Kind,
};

/** The compiler cannot see that the table's entry and the place have the same `in`. */
function kindOf(place: Place): InjectionKind<Place> {
  return KINDS[place.in] as InjectionKind<never> as InjectionKind<Place>;
}

export function readSlot(place: Place, request: Outgoing, given: GivenFields): SlotReading {
  return kindOf(place).read(place, request, given);
}

export function replaceSlot(place: Place, request: Outgoing, values: SlotValues): Outgoing {
  return kindOf(place).replace(place, request, values);
}

export function fillSlot(place: Place, request: Outgoing, fields: SecretFields): Outgoing {
  return kindOf(place).fill?.(place, request, fields) ?? request;
}

/** Takes out what stands in the slot; only where `canClear`. */
export function clearSlot(place: Place, request: Outgoing): Outgoing {
  return kindOf(place).clear?.(place, request) ?? request;
}

export function canClear(place: Place): boolean {
  return kindOf(place).clear !== undefined;
}

/** Can the credential be written where nothing stands? */
export function canFill(place: Place): boolean {
  return kindOf(place).fill !== null;
}

/** Lower-case name of the header that the place writes: kept even when `Connection` nominates it. */
export function slotHeader(place: Place): string | null {
  return kindOf(place).header?.(place) ?? null;
}

/** The path for the audit, when the child brought its own credential: without the segment that may be it. */
export function shownPath({ path, candidates }: Matched<Place>): string {
  const places = candidates.flatMap(({ alternatives }) => alternatives.flat());
  return places.reduce((shown, place) => (place.in === "path" ? withoutOwnSegment(place, shown) : shown), path);
}

/** How much of the body has to be read before the place can be decided on; 0 for none. */
export function bodyBytesFor(place: Place, request: Outgoing): number {
  return kindOf(place).bodyBytes?.(place, request) ?? 0;
}

/** What replaces the placeholder of this place in the streaming body; null when its slot is elsewhere. */
export function bodyRewriterFor(place: Place, request: Outgoing, values: SlotValues): BodyRewriter | null {
  return kindOf(place).rewriter?.(place, request, values) ?? null;
}
