// Why every other connection is not the one: its host, its port, its paths, the run's choice, or no login at all.
// In: a request line, the run, the verdict, what is stored, the catalogue. Out: one line a connection. Pure; it asks the same
// functions as the proxy's steps, one connection at a time.
import type { RequestExplained } from "../../control/findings.ts";
import type { Connection } from "../../core/connection.ts";
import { hostMatches } from "../../core/host.ts";
import { isPlainPath } from "../../core/shapes/path-glob.ts";
import { matchPlaces, ownsAuthority as definitionOwns } from "../../providers/match.ts";
import type { Provider } from "../../providers/schema.ts";
import { isTenantHost } from "../../providers/login/tenant.ts";
import type { Binding, LiveRun } from "../../proxy/ports.ts";
import { hasRequestRules, permitsRequest } from "../../proxy/rules.ts";
import { ownsAuthority } from "../../proxy/steps/route.ts";
import type { Verdict } from "./explain-request.ts";
import type { RequestLine } from "./read-url.ts";

export interface OthersContext {
  readonly run: LiveRun;
  readonly verdict: Verdict;
  readonly stored: readonly Connection[];
  readonly catalogue: readonly Provider[];
  /** What is stored could not be read. */
  readonly isLocked?: boolean;
}

export function explainOthers(line: RequestLine, context: OthersContext): RequestExplained["others"] {
  const { run, verdict, stored, catalogue, isLocked = false } = context;
  const bindings = run.bindings();
  const bound = bindings
    .filter(({ provider, name }) => provider !== verdict.choice?.provider || name !== verdict.choice.connection)
    .map((binding) => ({ provider: binding.provider, connection: binding.name, why: whyNot(line, binding, context) }));
  const unbound = stored
    .filter((connection) => !bindings.some(({ provider, name }) => provider === connection.provider && name === connection.name))
    .map(({ provider, name }) => ({ provider, connection: name, why: "not bound by what the run was asked for" }));
  const known = new Set([...bindings, ...stored].map(({ provider }) => provider));
  const missing = catalogue
    .filter((provider) => !known.has(provider.id) && definitionOwns(withNamedHosts(provider), line.authority))
    .map(({ id }) => ({
      provider: id,
      connection: null,
      why: isLocked ? HIDDEN : `it owns this host and has no connection: keyward login ${id}`,
    }));
  return [...bound, ...unbound, ...missing];
}

const HIDDEN = "it owns this host; whether it has a connection is known when the profile is unlocked";

/** Without the endpoints that stand for any host at all: whose server it is, only a login says. */
function withNamedHosts(provider: Provider): Provider {
  return { ...provider, endpoints: provider.endpoints.filter(({ host }) => !isTenantHost(host) || host.includes(".")) };
}

function whyNot(line: RequestLine, binding: Binding, { run, verdict }: OthersContext): string {
  const { authority, scheme, path } = line;
  if (scheme === "http") return "plain http never gets a credential";
  if (!ownsAuthority(binding, authority)) {
    const ports = binding.origins.filter((origin) => hostMatches(origin.host, authority.host)).map(({ port }) => port);
    return ports.length === 0 ? "it does not own this host" : `it owns this host on port ${ports.join(", ")} only`;
  }
  const alternatives = matchPlaces(binding.definition, { ...authority, path });
  if (alternatives === null) return pathReason(path, "its paths do not cover this one");
  if (alternatives.length === 0) return pathReason(path, "it has no place on this host and path");
  if (hasRequestRules(run.layers, binding.provider) && !permitsRequest(run.layers, binding.provider, line)) {
    return pathReason(path, "no rule of the run permits the request");
  }
  if (binding.connection === null) return `logged out: keyward login ${binding.provider} --connection ${binding.name}`;
  if (verdict.choice?.provider === binding.provider) return "not the run's default; a request that shows its placeholder gets it";
  return verdict.code === "CONNECTION_AMBIGUOUS" ? "it fits as well as another" : "the request is refused before it is asked";
}

/** A path that servers could read in two ways is never matched with a limit. */
function pathReason(path: string, otherwise: string): string {
  return isPlainPath(path) ? otherwise : "its limits cannot be applied to the spelling of this path (dot segments, '//', '%2f', ';')";
}
