// Looks for leaks in a request's head: target, names and values of fields. Part of step 5, match.
// In: a Received request, the search for its host, and the places where a key may stand. Out: nothing, or a refusal.
// A key that the child has of its own, and that is the stored one, is none of keyward's business in its declared slot at its own host.
import type { Outgoing, Received } from "../../core/exchange.ts";
import type { Place } from "../../providers/schema.ts";
import { withoutSlots } from "./without-slots.ts";
import { type Leak, leakError, type LeakSearch } from "./leak-search.ts";

/** @param places asked for only when something was found. @throws PLACEHOLDER_LEAK, KEY_LEAK */
export function refuseLeaks(received: Received, search: LeakSearch | null, places: () => readonly Place[]): void {
  if (search === null) return;
  const { host } = received.authority;
  const leak = firstLeak(received, search, false);
  if (leak === undefined) return;
  if (!leak.isHome) throw leakError(leak, host);
  const outside = firstLeak(withoutSlots(places(), received), search, false) ?? firstLeak(received, search, true);
  if (outside !== undefined) throw leakError(outside, host);
}

/** @param isForeign only those that are not at home here */
function firstLeak({ target, headers }: Outgoing, search: LeakSearch, isForeign: boolean): Leak | undefined {
  // One search for all: no form goes over the end of a field.
  const bytes = Buffer.from(`${target}\n${headers.join("\n")}`, "latin1");
  for (let from = 0; from < bytes.length;) {
    const found = search.finder.find(bytes, { from, to: bytes.length }, true);
    if (found.kind !== "hit") return undefined;
    const leak = search.leakOf(found.form);
    if (leak !== undefined && !(isForeign && leak.isHome)) return leak;
    from = found.to;
  }
  return undefined;
}
