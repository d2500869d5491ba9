// What a token request claims that carries a stored refresh token: as release/claim.ts, but bound to the stored token endpoint, which
// need be none of the connection's own hosts. In: the request, the binding, its tunnel. Out: a ReleaseClaim, looked up when it is asked.
import type { Matched } from "../../core/exchange.ts";
import type { Place } from "../../providers/schema.ts";
import type { TunnelContext } from "../pipeline.ts";
import type { Binding } from "../ports.ts";
import type { ReleaseClaim } from "../release/may-release.ts";

/** @param owner names run and connection. The audit has the line of this release, and the endpoint is the stored one. */
export function tradeClaim(
  matched: Matched<Place>,
  binding: Binding,
  { context, owner }: { readonly context: TunnelContext; readonly owner: string },
): ReleaseClaim {
  const { ports, run, tunnel, arrival, serverName } = context;
  const { provider, name } = binding;
  return {
    owner,
    get isRunLive() {
      return ports.isRunLive(run.id);
    },
    get isGranted() {
      const now = run.bindings().find((other) => other.provider === provider && other.name === name);
      return now !== undefined && now.connection !== null;
    },
    isRecorded: true,
    arrival,
    authority: tunnel.authority,
    serverName,
    named: matched.named,
    scheme: tunnel.scheme,
    method: matched.method,
    target: matched.target,
    origins: [tunnel.authority],
    how: "injected",
    slot: "placeholder",
  };
}
