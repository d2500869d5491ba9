// Step 1, admit: who is asking? The run's id and token arrive as Basic proxy credentials; anything else is a 407.
// In: the Proxy-Authorization values of a request to the proxy. Out: the live run. Never says which half was wrong.
// A JVM cannot send them: with no such header at all, the token is asked of the process that holds the other end.
import type { Socket } from "node:net";
import { KeywardError } from "../../core/errors.ts";
import { headerValues, type RawHeaders } from "../../core/headers.ts";
import type { LiveRun, ProxyPorts } from "../ports.ts";

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/** @throws PROXY_AUTH_REQUIRED */
export function admit(headers: RawHeaders, ports: Pick<ProxyPorts, "authenticate">): LiveRun {
  const values = headerValues(headers, "proxy-authorization");
  const pair = values.length === 1 ? decodeBasic(values[0] ?? "") : null;
  const run = pair === null ? null : ports.authenticate(pair.user, pair.password);
  if (run !== null) return run;
  throw new KeywardError("PROXY_AUTH_REQUIRED", "this proxy serves only requests with a live run's token", {
    hint: "start the command with: keyward run -- <command>",
  });
}

/** As `admit`, also for a process that cannot send credentials. @throws PROXY_AUTH_REQUIRED */
export async function admitSocket(
  headers: RawHeaders,
  socket: Pick<Socket, "remotePort" | "localPort">,
  ports: Pick<ProxyPorts, "authenticate" | "peerToken">,
): Promise<LiveRun> {
  const { remotePort, localPort } = socket;
  if (headerValues(headers, "proxy-authorization").length > 0 || remotePort === undefined || localPort === undefined)
    return admit(headers, ports);
  const peer = await ports.peerToken({ peerPort: remotePort, ownPort: localPort });
  const run = peer === null ? null : ports.authenticate(peer.runId, peer.token);
  return run ?? admit(headers, ports);
}

/** `Basic dXNlcjpwYXNz` → user and password (RFC 7617), or null. */
export function decodeBasic(value: string): { user: string; password: string } | null {
  const encoded = BASIC.exec(value)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
