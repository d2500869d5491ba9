// Where a request goes, what names the connections that may carry it, and how one of them is opened.
// In: a run's target. Out: a key, or a connected and verified socket that is nobody's yet.
import type { Socket } from "node:net";
import type { Tunnel } from "../../core/exchange.ts";
import { formatAuthority } from "../../core/host.ts";
import { dial, type Dialler } from "./dial.ts";
import { secureUpstream } from "./secure.ts";

export type Target = Pick<Tunnel, "runId" | "authority" | "scheme">;

/** Connections are shared within one key only. @param owner names run and connection */
export function originKey(owner: string, target: Target): string {
  return `${owner} ${target.scheme} ${formatAuthority(target.authority, -1)}`;
}

/** For HTTP/1.1. @throws TARGET_FORBIDDEN, UPSTREAM_* */
export async function openOrigin({ authority, scheme }: Pick<Target, "authority" | "scheme">, dialler: Dialler): Promise<Socket> {
  const socket = await dial(authority, dialler);
  if (scheme === "http") return socket;
  return secureUpstream(socket, authority, { roots: dialler.settings.roots, protocols: ["http/1.1"] });
}
