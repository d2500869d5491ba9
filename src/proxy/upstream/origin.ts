// Where a request goes, what names the connections that may carry it, and how one of them is opened.
// In: a run's target. Out: a key, or a connected and verified socket that is nobody's yet, with what is known of it (mayRelease asks).
import type { Socket } from "node:net";
import type { Tunnel } from "../../core/exchange.ts";
import { formatAuthority } from "../../core/host.ts";
import type { Way } from "../release/may-release.ts";
import { HTTP1 } from "./alpn.ts";
import { dial, type Dialler } from "./dial.ts";
import { secureUpstream } from "./secure.ts";

export type Target = Pick<Tunnel, "runId" | "authority" | "scheme">;

/** Connections are shared within one key only. @param owner names run and connection */
export function originKey(owner: string, target: Pick<Target, "authority" | "scheme">): string {
  return `${owner} ${target.scheme} ${formatAuthority(target.authority, -1)}`;
}

export interface Opened {
  readonly socket: Socket;
  readonly way: Way;
}

export interface OpenOptions {
  /** Names run and connection: whose requests it may carry. */
  readonly owner: string;
  readonly dialler: Dialler;
  /** Those offered (alpn.ts). */
  readonly protocols?: DataView;
}

/** @throws TARGET_FORBIDDEN, UPSTREAM_* */
export async function openOrigin(
  { authority, scheme }: Pick<Target, "authority" | "scheme">,
  { owner, dialler, protocols = HTTP1 }: OpenOptions,
): Promise<Opened> {
  const socket = await dial(authority, dialler);
  // Dialling has judged the address that was reached; one that may not be reached gives no socket.
  const plain = { owner, authority, scheme, verifiedFor: null, isAddressPermitted: true };
  if (scheme === "http") return { socket, way: plain };
  const secured = await secureUpstream(socket, authority, { roots: dialler.settings.roots, protocols });
  return { socket: secured, way: { ...plain, verifiedFor: secured.authorized ? authority.host : null } };
}
