// What a run over the run socket may bind: what was asked for, met with what its owner shares. Pure.
// In: a selection, the shared connections, what is stored. Out: a selection that names each connection.
import type { ConnectionRef } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import type { RunSelection } from "../../core/run.ts";

/**
 * What was asked for, written out connection by connection, so that neither a later login nor a restart of the daemon widens it.
 * Never empty: an empty selection means everything. @throws RUN_SOCKET_REFUSED
 */
export function narrow(asked: RunSelection, shared: readonly ConnectionRef[], isStored: (ref: ConnectionRef) => boolean): RunSelection {
  const isShared = (ref: ConnectionRef): boolean => shared.some(({ provider, name }) => provider === ref.provider && name === ref.name);
  const foreign = asked.connections.find((ref) => !isShared(ref));
  if (foreign !== undefined) throw notShared(`${foreign.provider} (${foreign.name})`);
  const unknown = asked.providers.find((provider) => !shared.some((ref) => ref.provider === provider));
  if (unknown !== undefined) throw notShared(unknown);
  const named = new Set(asked.connections.map(({ provider }) => provider));
  const wanted = (ref: ConnectionRef): boolean => asked.providers.length === 0 || asked.providers.includes(ref.provider);
  const rest = shared.filter((ref) => !named.has(ref.provider) && wanted(ref) && isStored(ref));
  const connections = [...asked.connections, ...rest];
  if (connections.length === 0) throw notShared("nothing");
  return { connections, providers: [...new Set(connections.map(({ provider }) => provider))] };
}

function notShared(what: string): KeywardError {
  const message = what === "nothing" ? "no connection is shared over this socket" : `${what} is not shared over this socket`;
  return new KeywardError("RUN_SOCKET_REFUSED", message, {
    hint: "its owner shares one with: keyward config set run.shared PROVIDER=NAME",
  });
}
