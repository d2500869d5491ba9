// The guard of a request's body. Part of step 5, match; used by step 9, forward.
// In: a Matched request and its tunnel. Out: a LeakGuard, or null when there is nothing to look for.
// Where a place of a connection bound here stands in the body, its own stored key may stand there, too, when the child has it.
import type { Matched } from "../../core/exchange.ts";
import type { Place } from "../../providers/schema.ts";
import type { TunnelContext } from "../pipeline.ts";
import { boundHere } from "../steps/route.ts";
import { codedCopyFor } from "./coded-copy.ts";
import { LeakGuard } from "./leak-guard.ts";
import { leakSearch } from "./leak-search.ts";

export function bodyGuard(matched: Matched<Place>, { run, ports }: Pick<TunnelContext, "run" | "ports">): LeakGuard | null {
  const hasBodyPlace = matched.candidates.some(({ alternatives }) => alternatives.some((places) => places.some(isInBody)));
  const search = leakSearch({
    known: ports.knownPlaceholders(run),
    secrets: ports.knownSecrets(run),
    here: boundHere(matched, run),
    findsHomeKeys: !hasBodyPlace,
  });
  return search === null ? null : new LeakGuard(search, matched.authority.host, codedCopyFor(matched.headers));
}

function isInBody(place: Place): boolean {
  return place.in === "form" || place.in === "json";
}
