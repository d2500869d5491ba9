// Step 5, match: which bound providers cover this host and path, and do the run's rules permit the request?
// In: a Received request and the run's bindings. Out: candidates with their places; none = forwarded as it is.
// A placeholder that stands for a connection not bound here is refused as a leak, wherever it stands in the head, and so is a real
// key outside of its slot. Pure. The body is searched while it streams (leaks/body-guard.ts).
import { type Candidate, type Matched, type Received, toMatched } from "../../core/exchange.ts";
import { KeywardError } from "../../core/errors.ts";
import { isPlainPath } from "../../core/shapes/path-glob.ts";
import type { Place } from "../../providers/schema.ts";
import { leakSearch } from "../leaks/leak-search.ts";
import { refuseLeaks } from "../leaks/refuse-leaks.ts";
import type { Binding, KnownPlaceholder, KnownSecret, LiveRun, MatchPlaces } from "../ports.ts";
import { hasRequestRules, permitsRequest } from "../rules.ts";
import { boundHere } from "./route.ts";

export interface MatchContext {
  readonly run: LiveRun;
  readonly known: readonly KnownPlaceholder[];
  readonly secrets: readonly KnownSecret[];
  readonly matchPlaces: MatchPlaces;
}

/** @throws PLACEHOLDER_LEAK, KEY_LEAK, RULE_DENIED, REQUEST_MALFORMED */
export function match(received: Received, context: MatchContext): Matched<Place> {
  const { known, secrets, matchPlaces, run } = context;
  const here = boundHere(received, run);
  refuseLeaks(received, leakSearch({ known, secrets, here, findsHomeKeys: true }), () =>
    candidatesFor(received, here, matchPlaces).flatMap(({ alternatives }) => alternatives.flat()),
  );
  for (const binding of here) checkRules(received, binding, run);
  return toMatched(received, candidatesFor(received, here, matchPlaces));
}

function candidatesFor(received: Received, bindings: readonly Binding[], matchPlaces: MatchPlaces): Candidate<Place>[] {
  const { host, port } = received.authority;
  const candidates: Candidate<Place>[] = [];
  for (const binding of bindings) {
    if (candidates.some(({ provider }) => provider === binding.provider)) continue;
    const alternatives = matchPlaces(binding.definition, { host, port, path: received.path });
    if (alternatives !== null && alternatives.length > 0) candidates.push({ provider: binding.provider, alternatives });
  }
  return candidates;
}

function checkRules(received: Received, binding: Binding, run: LiveRun): void {
  if (!hasRequestRules(run.layers, binding.provider)) return;
  if (!isPlainPath(received.path)) {
    throw new KeywardError("REQUEST_MALFORMED", "the path has a spelling that rules cannot be applied to (dot segments, '//', '%2f', ';')");
  }
  if (permitsRequest(run.layers, binding.provider, received)) return;
  throw new KeywardError("RULE_DENIED", `no rule of the run permits ${received.method} on this path of ${binding.provider}`, {
    hint: `start the run with --rule '${binding.provider}:${received.method} /…'`,
    detail: { provider: binding.provider },
  });
}
