// The first line of each side. It never changes shape, so that any two versions can at least tell each other apart.
// The command says who it is and whether an older daemon may make room; the daemon answers who it is and what it decided.
import { PROTOCOL_VERSION } from "./protocol.ts";
import { packageVersion } from "./version.ts";

export interface ClientHello {
  readonly protocol: number;
  readonly version: string;
  /** A daemon older than this command may stop, if nothing lives in it, so that the command can start its own. */
  readonly replace: boolean;
}

export interface DaemonHello {
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
  /** The daemon is stopping in favour of this command: wait for the end of the connection, then start another. */
  readonly stepsAside: boolean;
}

export function clientHello(replace: boolean): { hello: ClientHello } {
  return { hello: { protocol: PROTOCOL_VERSION, version: packageVersion(), replace } };
}

export function readClientHello(message: Readonly<Record<string, unknown>>): ClientHello | null {
  const hello = message["hello"] as Partial<ClientHello> | undefined;
  if (typeof hello !== "object" || hello === null) return null;
  const { protocol, version, replace } = hello;
  return typeof protocol === "number" && typeof version === "string" ? { protocol, version, replace: replace === true } : null;
}

export function readDaemonHello(message: Readonly<Record<string, unknown>>): DaemonHello | null {
  const hello = message["hello"] as Partial<DaemonHello> | undefined;
  if (typeof hello !== "object" || hello === null) return null;
  const { protocol, version, pid, stepsAside } = hello;
  const fits = typeof protocol === "number" && typeof version === "string" && typeof pid === "number";
  return fits ? { protocol, version, pid, stepsAside: stepsAside === true } : null;
}
