// Step 5, match: which bound providers cover this host and path, and do the run's rules permit the request?
// In: a Received request and the run's bindings. Out: candidates with their places; none = forwarded as it is.
// A placeholder that stands for a connection not bound here is refused as a leak, wherever it stands in the head. Pure.
import { type Candidate, type Matched, type Received, toMatched } from "../../core/exchange.ts";
import { KeywardError } from "../../core/errors.ts";
import { isPlainPath } from "../../core/path-glob.ts";
import type { Place } from "../../providers/schema.ts";
import { findPlaceholders } from "../placeholders.ts";
import type { Binding, KnownPlaceholder, LiveRun, MatchPlaces } from "../ports.ts";
import { hasRequestRules, permitsRequest } from "../rules.ts";
import { ownsAuthority } from "./route.ts";

export interface MatchContext {
  readonly run: LiveRun;
  readonly known: readonly KnownPlaceholder[];
  readonly matchPlaces: MatchPlaces;
}

/** @throws PLACEHOLDER_LEAK, RULE_DENIED, REQUEST_MALFORMED */
export function match(received: Received, context: MatchContext): Matched<Place> {
  const isSecure = received.scheme === "https";
  const bindings = context.run.bindings().filter((binding) => isSecure && ownsAuthority(binding, received.authority));
  refuseLeaks(received, bindings, context.known);
  const { host, port } = received.authority;
  const candidates: Candidate<Place>[] = [];
  for (const binding of bindings) {
    if (candidates.some(({ provider }) => provider === binding.provider)) continue;
    const alternatives = context.matchPlaces(binding.definition, { host, port, path: received.path });
    checkRules(received, binding, context.run);
    if (alternatives !== null && alternatives.length > 0) candidates.push({ provider: binding.provider, alternatives });
  }
  return toMatched(received, candidates);
}

function refuseLeaks(received: Received, bindings: readonly Binding[], known: readonly KnownPlaceholder[]): void {
  for (const { owner } of findPlaceholders(received, known)) {
    if (bindings.some((binding) => binding.provider === owner.provider && binding.name === owner.name)) continue;
    throw new KeywardError(
      "PLACEHOLDER_LEAK",
      `the placeholder of ${owner.provider} (${owner.name}) was on its way to ${received.authority.host}, which this run does not bind it to`,
      { detail: { provider: owner.provider, host: received.authority.host } },
    );
  }
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
