// One CONNECT: admit → route → terminate, or a blind tunnel. What comes out of a terminated tunnel goes to the exchange server.
// In: the authority a client asked for and its socket with whatever came after the head. Out: an answered socket, an audit line.
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type KeywardError, toKeywardError, KeywardError as Failure } from "../core/errors.ts";
import type { RawHeaders } from "../core/headers.ts";
import { type Authority, parseAuthority } from "../core/host.ts";
import { newId } from "../core/ids.ts";
import type { ExchangeServer } from "./exchange-server.ts";
import { refuseLeakyHost } from "./leaks/refuse-leaky-host.ts";
import type { LiveRun, ProxyPorts } from "./ports.ts";
import { refusalFor, writeRefusal } from "./refuse.ts";
import type { RunSockets } from "./run-sockets.ts";
import { admitSocket } from "./steps/admit.ts";
import { mismatch } from "./steps/receive.ts";
import { route } from "./steps/route.ts";
import { terminate } from "./steps/terminate.ts";
import { joinSockets } from "./tunnel.ts";
import { dial } from "./upstream/dial.ts";
import type { Upstreams } from "./upstream/upstreams.ts";

export interface ConnectRequest {
  /** `host:port` as sent. */
  readonly target: string;
  readonly headers: RawHeaders;
  readonly socket: Socket;
  /** Bytes that came with the head: the start of the client's TLS. */
  readonly head: Buffer;
}

export interface ConnectContext {
  readonly ports: ProxyPorts;
  readonly upstreams: Upstreams;
  readonly exchanges: ExchangeServer;
  readonly sockets: RunSockets;
}

const ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

interface Progress {
  run: LiveRun | null;
  authority: Authority | null;
}

export async function serveConnect(request: ConnectRequest, context: ConnectContext): Promise<void> {
  const { socket } = request;
  const startedAtMs = context.ports.clock.nowMs();
  const progress: Progress = { run: null, authority: null };
  socket.on("error", () => socket.destroy());
  try {
    const run = await admitSocket(request.headers, socket, context.ports);
    progress.run = run;
    context.sockets.admit(run.id, socket);
    refuseLeakyHost(request.target, run, context.ports);
    const authority = parseAuthority(request.target);
    if (authority === null) throw new Failure("REQUEST_MALFORMED", "the CONNECT target is not a plain host:port");
    progress.authority = authority;
    if (route(authority, run) === "tunnel") await tunnel({ request, run, authority, startedAtMs }, context);
    else await intercept({ request, run, authority, startedAtMs }, context);
  } catch (error) {
    refuse(request, toKeywardError(error), { progress, context, startedAtMs });
  }
}

interface Opening {
  readonly request: ConnectRequest;
  readonly run: LiveRun;
  readonly authority: Authority;
  readonly startedAtMs: number;
}

async function tunnel(opening: Opening, context: ConnectContext): Promise<void> {
  const { request, run, authority, startedAtMs } = opening;
  const { ports } = context;
  const upstream = await dial(authority, context.upstreams.dialler(run.id));
  context.sockets.add(run.id, upstream);
  if (request.socket.destroyed) {
    upstream.destroy();
    throw new Failure("UPSTREAM_BROKEN", "the client went away");
  }
  request.socket.write(ESTABLISHED);
  if (request.head.length > 0) upstream.write(request.head);
  const bytes = await joinSockets(request.socket, upstream);
  run.countRequest(false);
  const record = { kind: "tunnel", requestId: newId("req"), runId: run.id, method: "CONNECT", ...authority, credential: "none" } as const;
  appendSafely(ports, { ...record, ...bytes, status: 200, ms: ports.clock.nowMs() - startedAtMs });
}

async function intercept(opening: Opening, context: ConnectContext): Promise<void> {
  const { request, run, authority } = opening;
  const { ports, upstreams, exchanges } = context;
  const { socket } = request;
  const secureContext = ports.secureContextFor(authority.host, run);
  socket.write(ESTABLISHED);
  if (request.head.length > 0) socket.unshift(request.head);
  try {
    const secured = await terminate(socket, authority, secureContext);
    noticeDistrust(secured, opening, context);
    const opened = { runId: run.id, authority, scheme: "https" } as const;
    exchanges.accept(secured, { tunnel: opened, arrival: "tunnel", serverName: secured.servername || null, run, ports, upstreams });
  } catch (error) {
    socket.destroy();
    recordHandshake(opening, error, context);
  }
}

/** A client that verifies our certificate after the handshake hangs up with nothing said; one that keeps a spare connection does so later. */
const DISTRUST_WITHIN_MS = 2_000;

function noticeDistrust(secured: TLSSocket, opening: Opening, context: ConnectContext): void {
  const { clock } = context.ports;
  const sinceMs = clock.nowMs();
  secured.once("close", () => {
    if (secured.bytesRead > 0 || clock.nowMs() - sinceMs > DISTRUST_WITHIN_MS) return;
    recordHandshake(opening, new Error("closed right after the TLS handshake"), context);
  });
}

/** The client hung up on our certificate, or named another host: one line, so that a person can find out why. */
function recordHandshake(opening: Opening, error: unknown, { ports }: ConnectContext): void {
  const { run, authority, startedAtMs } = opening;
  const isMismatch = error instanceof Error && error.message.startsWith("SNI");
  ports.log("info", "TLS with a client failed", { runId: run.id, host: authority.host, reason: String((error as Error).message) });
  run.countRequest(true);
  const record = { kind: "denied", requestId: newId("req"), runId: run.id, method: "CONNECT", ...authority, status: null } as const;
  appendSafely(ports, { ...record, ms: ports.clock.nowMs() - startedAtMs, code: isMismatch ? mismatch(authority).code : "CLIENT_TLS" });
}

function refuse(
  request: ConnectRequest,
  error: KeywardError,
  at: { readonly progress: Progress; readonly context: ConnectContext; readonly startedAtMs: number },
): void {
  const { ports } = at.context;
  const { run, authority } = at.progress;
  const requestId = newId("req");
  if (error.code === "INTERNAL") ports.log("error", "CONNECT failed", { stack: (error.cause as Error | null)?.stack ?? "" });
  if (!request.socket.destroyed) writeRefusal(request.socket, refusalFor(error, requestId));
  run?.countRequest(true);
  appendSafely(ports, {
    kind: "denied",
    requestId,
    runId: run?.id ?? null,
    method: "CONNECT",
    host: authority?.host ?? null,
    port: authority?.port ?? null,
    status: error.httpStatus,
    ms: ports.clock.nowMs() - at.startedAtMs,
    code: error.code,
  });
}

function appendSafely(ports: ProxyPorts, record: Parameters<ProxyPorts["audit"]["append"]>[0]): void {
  try {
    ports.audit.append(record);
  } catch {
    ports.log("error", "an audit record could not be written", { kind: record.kind });
  }
}
