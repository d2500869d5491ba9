// Step 2, route: does a bound provider own this host and port? Then the tunnel is intercepted, else its bytes pass untouched.
// In: the CONNECT authority (already canonical), the run. Out: "intercept" or "tunnel", or a refusal by the run's rules.
// Private and reserved addresses are refused when dialling (upstream/address-filter.ts), where the address is known.
import { KeywardError } from "../../core/errors.ts";
import type { Tunnel } from "../../core/exchange.ts";
import { type Authority, hostMatches } from "../../core/host.ts";
import type { Binding, LiveRun } from "../ports.ts";
import { capturesAuthority } from "../capture/find-capture.ts";
import { refuseHost } from "../rules.ts";

export type Route = "intercept" | "tunnel";

/** @throws RULE_DENIED */
export function route(authority: Authority, run: LiveRun): Route {
  const isBound = run.bindings().some((binding) => ownsAuthority(binding, authority));
  const capture = capturesAuthority(run, authority);
  const refusal = refuseHost(run.layers, authority.host, isBound || capture.isAsked);
  if (refusal !== null) {
    throw new KeywardError("RULE_DENIED", `${authority.host}: ${refusal}`, {
      hint: "start the run with --allow, or without the --deny that matches",
      detail: { host: authority.host },
    });
  }
  return isBound || capture.isIntercepted ? "intercept" : "tunnel";
}

/** The bindings whose credentials may go to the request's host; none in clear. */
export function boundHere({ scheme, authority }: Pick<Tunnel, "scheme" | "authority">, run: Pick<LiveRun, "bindings">): readonly Binding[] {
  return scheme === "https" ? run.bindings().filter((binding) => ownsAuthority(binding, authority)) : [];
}

/** The origins kept in the connection's own record decide, not the definition of today. */
export function ownsAuthority(binding: Pick<Binding, "origins">, authority: Authority): boolean {
  return binding.origins.some((origin) => origin.port === authority.port && hostMatches(origin.host, authority.host));
}
