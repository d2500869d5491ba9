// A request's head without what stands in declared slots, to see what stands elsewhere. Nothing made here is ever sent.
// In: places and a head. Out: the head without them.
import { type Outgoing, withHeaders, withTarget } from "../../core/exchange.ts";
import { filterHeaders } from "../../core/headers.ts";
import type { Place } from "../../providers/schema.ts";
import { canClear, clearSlot, slotHeader } from "../inject/kinds.ts";
import { withoutOwnSegment } from "../inject/path.ts";

export function withoutSlots(places: readonly Place[], request: Outgoing): Outgoing {
  return places.reduce<Outgoing>((head, place) => withoutSlot(place, head), request);
}

function withoutSlot(place: Place, head: Outgoing): Outgoing {
  if (place.in === "path") return withTarget(head, withoutOwnSegment(place, head.target));
  if (place.in === "cookie") return withHeaders(head, withoutCookie(place.name, head.headers));
  if (canClear(place)) return clearSlot(place, head);
  const field = slotHeader(place);
  return field === null
    ? head
    : withHeaders(
        head,
        filterHeaders(head.headers, (name) => name !== field),
      );
}

function withoutCookie(name: string, headers: Outgoing["headers"]): string[] {
  return headers.map((text, at) => {
    if (at % 2 === 0 || headers[at - 1]?.toLowerCase() !== "cookie") return text;
    return text
      .split(";")
      .filter((part) => part.split("=", 1)[0]?.trim() !== name)
      .join(";");
  });
}
