// WebSocket upgrades: the credential goes into the opening handshake (RFC 6455 §4), then bytes pass untouched both ways.
// In: the client's handshake, from HTTP/1.1 or as extended CONNECT (RFC 8441). Out: joined sockets, or the upstream's refusal relayed.
// Only a 101 with the right accept key opens the way; nothing else ever turns a connection into a tunnel.
import { createHash, randomBytes } from "node:crypto";
import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import type { Duplex, Readable } from "node:stream";
import { KeywardError } from "../core/errors.ts";
import { connectionTokens, filterHeaders, headerValue, headerValues, type RawHeaders } from "../core/headers.ts";
import {
  decide,
  finish,
  judge,
  knownError,
  NO_BODY,
  type Prepared,
  recordFirstTry,
  refusalJudge,
  startTrace,
  type TunnelContext,
} from "./pipeline.ts";
import { mayRelease } from "./release/may-release.ts";
import { type Refusal, refusalFor } from "./refuse.ts";
import type { Scrub } from "./scrub/armed.ts";
import { searchDeclined } from "./scrub/websocket/declined-answer.ts";
import { offerReadable } from "./scrub/websocket/extensions.ts";
import { MessageStream, searchSwitch } from "./scrub/websocket/message-stream.ts";
import { nothingDelivered } from "./steps/forward.ts";
import { forClient } from "./steps/respond.ts";
import type { RequestHead } from "./steps/receive.ts";
import type { Trace } from "./steps/record.ts";
import type { ResponseHead } from "./upstream/exchange.ts";
import { openOrigin } from "./upstream/origin.ts";

/** How the client is answered; http1 and http2 differ only here. */
export interface UpgradeClient {
  readonly head: RequestHead;
  /** The client's bytes after the handshake, and ours to it. */
  readonly stream: Duplex;
  readonly isHttp2: boolean;
  readonly isGone: boolean;
  onGone(listener: () => void): void;
  /** Switches protocols; `headers` are the upstream's. */
  accept(headers: RawHeaders): void;
  /** The upstream's connection is lost, and so is this one: no end that looks like one of its own. */
  cut(): void;
  /** The upstream's own answer instead of a switch; its fields are the upstream's without hop-by-hop ones. */
  decline(head: ResponseHead, body: Readable): void;
  refuse(refusal: Refusal): void;
}

/** RFC 6455 §1.3 */
const ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const ANSWER_TIMEOUT_MS = 60_000;

/** A WebSocket handshake and nothing else: the only upgrade that is carried. */
export function isWebSocketUpgrade(headers: RawHeaders): boolean {
  return headerValue(headers, "upgrade")?.toLowerCase() === "websocket" && connectionTokens(headers).has("upgrade");
}

export async function serveUpgrade(client: UpgradeClient, context: TunnelContext): Promise<void> {
  const trace = startTrace(context);
  let isDecided = false;
  try {
    const key = randomBytes(16).toString("base64");
    const ask = async (isSecond: boolean): Promise<Answer> => {
      isDecided = false;
      const matched = judge(withoutUpgrade(client.head), context, trace);
      checkHandshake(client);
      const prepared = await decide(matched, context, trace);
      isDecided = true;
      const answer = await askUpstream(client, prepared, { context, key });
      return {
        ...answer,
        scrub: prepared.scrub,
        isSentAgain: await isSentAgain(answer, refusalJudge(prepared, { replay: NO_BODY, isSecond, ports: context.ports })),
      };
    };
    let answer = await ask(false);
    if (answer.isSentAgain === true) {
      answer.response.destroy();
      recordFirstTry(trace, { status: 401, bytesUp: 0, bytesDown: 0, masked: 0, error: null }, context);
      answer = await ask(true);
    }
    trace.delivered = await relay(client, answer, { key, host: context.tunnel.authority.host });
  } catch (error) {
    const known = knownError(error, context.ports);
    trace.refusedWith = { status: known.httpStatus, error: known };
    // What failed on its way has not been denied.
    if (isDecided) trace.delivered = nothingDelivered(known);
    if (!client.isGone) client.refuse(refusalFor(known, trace.requestId));
  } finally {
    finish(trace, context);
  }
}

const KEY = /^[A-Za-z0-9+/]{22}==$/;

/** RFC 6455 §4.1: a GET without a body; over HTTP/1.1 with a key, which is answered here and never travels on. @throws REQUEST_MALFORMED */
function checkHandshake({ head, isHttp2 }: UpgradeClient): void {
  const { method, httpVersion, headers } = head;
  const length = headerValue(headers, "content-length") ?? "0";
  const isBare = Number(length) === 0 && headerValue(headers, "transfer-encoding") === null;
  const keys = headerValues(headers, "sec-websocket-key");
  const isKeyed = isHttp2 || (httpVersion === "1.1" && keys.length === 1 && KEY.test(keys[0] ?? ""));
  if (method === "GET" && isBare && isKeyed) return;
  throw new KeywardError(
    "REQUEST_MALFORMED",
    "this is no WebSocket handshake: that is a GET over HTTP/1.1 or 2, with a key and without a body",
  );
}

/** The handshake as an ordinary GET, for the checks that every request goes through. */
function withoutUpgrade(head: RequestHead): RequestHead {
  const hop = new Set(["upgrade", "connection", "sec-websocket-key", "sec-websocket-accept"]);
  return { ...head, headers: filterHeaders(head.headers, (name) => !hop.has(name)) };
}

type UpstreamAnswer =
  | { readonly kind: "switched"; readonly response: IncomingMessage; readonly socket: Duplex; readonly head: Buffer }
  | { readonly kind: "declined"; readonly response: IncomingMessage };

/** `offered`: the head that left. */
type Answer = UpstreamAnswer & { readonly offered: RawHeaders; readonly isSentAgain?: boolean; readonly scrub?: Scrub | null };

/** A handshake that was refused for its credential; of the answer nothing has been read yet. */
async function isSentAgain({ kind, response }: Answer, onRefused: (() => Promise<boolean>) | null): Promise<boolean> {
  if (kind !== "declined" || response.statusCode !== 401 || onRefused === null) return false;
  response.on("error", () => undefined);
  return onRefused();
}

async function askUpstream(
  client: UpgradeClient,
  prepared: Prepared,
  options: { readonly context: TunnelContext; readonly key: string },
): Promise<Answer> {
  const { received, sealed, owner } = prepared;
  refuseGone(client);
  const { socket, way } = await openOrigin(received, { owner, dialler: options.context.upstreams.dialler(received.runId) });
  openOn(socket, () => refuseGone(client));
  const { method, target, headers } = openOn(socket, () => sealed.head(mayRelease(sealed.claim, way)));
  // What is searched must be readable: without an offer no server may make it anything else.
  const offered = prepared.scrub === null ? headers : offerReadable(headers);
  const handshake = [...offered, "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Key", options.key];
  const request = httpRequest({ method, path: target, headers: handshake, setHost: false, createConnection: () => socket });
  client.onGone(() => request.destroy());
  return { ...(await awaitAnswer(request)), offered };
}

function refuseGone(client: UpgradeClient): void {
  if (client.isGone) throw new KeywardError("UPSTREAM_BROKEN", "the client went away");
}

/** A connection that may not carry the request, or has nobody any more to carry for, is of no use to another. */
function openOn<T>(connection: Readable, open: () => T): T {
  try {
    return open();
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

function awaitAnswer(request: ClientRequest): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown): void =>
      reject(new KeywardError("UPSTREAM_BROKEN", "the upstream broke the WebSocket handshake", { cause }));
    request.setTimeout(ANSWER_TIMEOUT_MS, () => request.destroy());
    request.on("error", fail);
    request.on("upgrade", (response, socket, head) => resolve({ kind: "switched", response, socket, head }));
    request.on("response", (response) => resolve({ kind: "declined", response }));
    request.end();
  });
}

async function relay(
  client: UpgradeClient,
  answer: Answer,
  { key, host }: { readonly key: string; readonly host: string },
): Promise<NonNullable<Trace["delivered"]>> {
  const { response } = answer;
  const scrub = answer.scrub ?? null;
  const status = response.statusCode ?? 0;
  // While it was decided whether to ask again.
  openOn(answer.kind === "declined" ? response : answer.socket, () => refuseGone(client));
  if (answer.kind === "declined") {
    if (status === 407) throw new KeywardError("UPSTREAM_BROKEN", "the upstream asked for proxy credentials");
    return { status, bytesUp: 0, bytesDown: 0, masked: await decline(client, response, { scrub, host }), error: null };
  }
  const expected = createHash("sha1").update(`${key}${ACCEPT_GUID}`).digest("base64");
  if (response.headers["sec-websocket-accept"] !== expected || response.headers.upgrade?.toLowerCase() !== "websocket") {
    answer.socket.destroy();
    throw new KeywardError("UPSTREAM_BROKEN", "the upstream switched protocols without accepting the WebSocket");
  }
  const own = filterHeaders(forClient(response.rawHeaders), (name) => name !== "sec-websocket-accept");
  const searched = scrub === null ? null : searchSwitch(own, scrub, { host, socket: answer.socket, offered: answer.offered });
  client.accept(searched?.headers ?? own);
  if (answer.head.length > 0) answer.socket.unshift(answer.head);
  const messages = scrub === null ? null : new MessageStream(scrub, host, searched?.deflate ?? null);
  const joined = await joinStreams(client, answer.socket, messages);
  return { status, ...joined, masked: (searched?.count ?? 0) + (messages?.count ?? 0), error: messages?.failure ?? null };
}

async function decline(
  client: UpgradeClient,
  response: IncomingMessage,
  { scrub, host }: { readonly scrub: Scrub | null; readonly host: string },
): Promise<number> {
  const { statusCode = 502, statusMessage = "" } = response;
  const head = { status: statusCode, statusText: statusMessage, headers: forClient(response.rawHeaders), isEnd: false };
  if (scrub === null) {
    client.decline(head, response);
    return 0;
  }
  const searched = await searchDeclined(response, head, { scrub, host });
  if (client.isGone) searched.body.destroy();
  else {
    client.onGone(() => searched.body.destroy());
    client.decline(searched.head, searched.body);
  }
  return searched.masked;
}

/** Bytes both ways until both sides are done; a cut on one side is a cut on the other. */
function joinStreams(
  { stream: client, cut }: UpgradeClient,
  upstream: Duplex,
  messages: MessageStream | null,
): Promise<{ bytesUp: number; bytesDown: number }> {
  const bytes = { bytesUp: 0, bytesDown: 0 };
  const end = (side: Duplex): void => void (side === client ? cut() : side.destroy());
  client.on("data", (chunk: Buffer) => (bytes.bytesUp += chunk.length));
  upstream.on("data", (chunk: Buffer) => (bytes.bytesDown += chunk.length));
  messages?.on("error", () => {
    end(upstream);
    end(client);
  });
  return new Promise((resolve) => {
    let open = 2;
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on("error", () => end(to));
      from.once("close", () => {
        if (!from.readableEnded) end(to);
        open -= 1;
        if (open === 0) resolve(bytes);
      });
      if (messages === null || from === client) from.pipe(to);
      else from.pipe(messages).pipe(to);
    }
  });
}

/** The key the client must see accepted. */
export function acceptKey(clientKey: string): string {
  return createHash("sha1").update(`${clientKey}${ACCEPT_GUID}`).digest("base64");
}
