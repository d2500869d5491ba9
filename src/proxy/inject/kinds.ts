// The table of injection kinds: a place's `in` names the file that reads, replaces and fills it.
import type { Outgoing } from "../../core/exchange.ts";
import type { SecretFields } from "../../core/secret.ts";
import type { Place } from "../../providers/schema.ts";
import { basicKind } from "./basic.ts";
import { headerKind } from "./header.ts";
import type { GivenFields, SlotReading } from "./kind.ts";
import { queryKind } from "./query.ts";

export function readSlot(place: Place, request: Outgoing, given: GivenFields): SlotReading {
  switch (place.in) {
    case "header":
      return headerKind.read(place, request, given);
    case "basic":
      return basicKind.read(place, request, given);
    case "query":
      return queryKind.read(place, request, given);
  }
}

export function replaceSlot(
  place: Place,
  request: Outgoing,
  values: { readonly given: GivenFields; readonly fields: SecretFields },
): Outgoing {
  switch (place.in) {
    case "header":
      return headerKind.replace(place, request, values);
    case "basic":
      return basicKind.replace(place, request, values);
    case "query":
      return queryKind.replace(place, request, values);
  }
}

export function fillSlot(place: Place, request: Outgoing, fields: SecretFields): Outgoing {
  switch (place.in) {
    case "header":
      return headerKind.fill(place, request, fields);
    case "basic":
      return basicKind.fill(place, request, fields);
    case "query":
      return queryKind.fill(place, request, fields);
  }
}

/** Lower-case header names that the place writes: kept even when `Connection` nominates them. */
export function slotHeader(place: Place): string | null {
  if (place.in === "header") return place.name.toLowerCase();
  return place.in === "basic" ? "authorization" : null;
}
