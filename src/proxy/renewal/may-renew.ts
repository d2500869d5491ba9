// Whether a request may get a credential that can be renewed, and so be sent twice: then what it takes is kept from the start.
// In: a Matched request and its tunnel's run. Out: yes or no. Pure; asked of every request before anything is chosen.
import type { Matched } from "../../core/exchange.ts";
import type { Place } from "../../providers/schema.ts";
import type { LiveRun, ProxyPorts } from "../ports.ts";

export function mayRenew(
  { candidates }: Pick<Matched<Place>, "candidates">,
  { run, ports }: { readonly run: LiveRun; readonly ports: Pick<ProxyPorts, "isRenewable"> },
): boolean {
  if (candidates.length === 0) return false;
  return run
    .bindings()
    .some(
      ({ provider, connection }) =>
        connection !== null && ports.isRenewable(connection) && candidates.some((candidate) => candidate.provider === provider),
    );
}
