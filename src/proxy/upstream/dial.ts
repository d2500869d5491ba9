// Opens the TCP connection to an upstream: filtered addresses, or through the parent proxy when one is set.
// In: a canonical authority. Out: a connected socket that carries nothing yet. Every failure is one KeywardError.
import type { Socket } from "node:net";
import type { Authority } from "../../core/host.ts";
import type { DialSettings } from "../ports.ts";
import { isDirect } from "./parent/direct-hosts.ts";
import { openTcp } from "./open-tcp.ts";
import { connectThroughProxy } from "./parent/parent-proxy.ts";
import { checkAddress, resolveTarget } from "./resolve.ts";

export interface Dialler {
  readonly settings: DialSettings;
  readonly ownPorts: readonly number[];
}

/** How a run's connections are made, asked at every dial. */
export type DiallerOf = (runId: string) => Dialler;

/** @throws TARGET_FORBIDDEN, UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, UPSTREAM_PROXY */
export async function dial(authority: Authority, dialler: Dialler): Promise<Socket> {
  const { settings, ownPorts } = dialler;
  const { proxy } = settings;
  if (proxy !== null && !isDirect(authority, proxy.noProxy)) return connectThroughProxy(proxy, authority, settings);
  const target = await resolveTarget(authority, settings, ownPorts);
  const socket = await openTcp(target, authority);
  try {
    checkAddress(socket.remoteAddress ?? "0.0.0.0", { authority, port: target.port, allow: settings.allow, ownPorts });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}
