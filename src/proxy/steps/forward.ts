// Step 9, forward: the request leaves on a pooled, verified upstream connection; both bodies stream, an abort travels both ways.
// In: the outgoing head and the client's side. Out: how it ended. Redirects are never followed here.
import type { Readable } from "node:stream";
import type { Received } from "../../core/exchange.ts";
import { KeywardError, systemCode, toKeywardError } from "../../core/errors.ts";
import { headerValues } from "../../core/headers.ts";
import { formatAuthority } from "../../core/host.ts";
import type { ClientSide } from "../client/client-side.ts";
import { sendHttp1 } from "../strict/http1-call.ts";
import type { Scrub } from "../scrub/armed.ts";
import { refusesHttp1 } from "../upstream/alpn.ts";
import type { UpstreamCall, UpstreamRequest, UpstreamSink } from "../upstream/exchange.ts";
import { sendHttp2 } from "../upstream/http2/http2-exchange.ts";
import { wasRefused } from "../upstream/http2/stream-reset.ts";
import type { Upstreams } from "../upstream/upstreams.ts";
import { mayRelease, type Way } from "../release/may-release.ts";
import type { SealedRequest } from "../release/sealed-request.ts";
import { type Progress, relayTo } from "./respond.ts";
import { carriedTrailers } from "../client/carried-trailers.ts";
import { holdRefusal } from "../renewal/hold-refusal.ts";

export interface Delivery {
  readonly received: Received;
  /** What leaves; opened for the connection that carries it. */
  readonly sealed: SealedRequest;
  /** Names run and connection: connections of one owner are never used for another. */
  readonly owner: string;
  readonly client: ClientSide;
  /** The client's own; what was made of it is sealed. */
  readonly body: Readable | null;
  /** The client waits for the upstream's word before it sends its body. */
  readonly expectsContinue: boolean;
  readonly upstreams: Upstreams;
  /** What the answer is searched for; null: it passes as it comes. */
  readonly scrub: Scrub | null;
  /** Asked when the upstream answers 401, before the client hears of it: true = throw the answer away, the request is sent again. */
  readonly onRefused: (() => Promise<boolean>) | null;
}

export interface Delivered extends Readonly<Progress> {
  /** The client has heard nothing yet, and gets the answer to a second try. */
  readonly isSentAgain?: boolean;
  /** What went wrong; when `status` is set, it went wrong after the head had left. */
  readonly error: KeywardError | null;
}

/** Methods that may be sent again when an idle connection turns out dead (RFC 9110 §9.2.2). */
export const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/** One connection, what is known of it, and how to begin an exchange on it. */
interface Carrier {
  readonly way: Way;
  readonly send: (request: UpstreamRequest, sink: UpstreamSink) => UpstreamCall;
  /** A connection that has served before may have been closed by the upstream in the meantime. */
  readonly isUsed: boolean;
  readonly hasHeard: () => boolean;
  /** The exchange is over. */
  readonly release: () => void;
}

export async function forward(delivery: Delivery): Promise<Delivered> {
  try {
    const carrier = await chooseCarrier(delivery, false);
    const first = await attempt(delivery, carrier);
    if (!mayRetry(delivery, carrier, first)) return first;
    return await attempt(delivery, await chooseCarrier(delivery, true));
  } catch (error) {
    return nothingDelivered(toKeywardError(error));
  }
}

export function nothingDelivered(error: KeywardError): Delivered {
  return { status: null, bytesUp: 0, bytesDown: 0, masked: 0, error };
}

/** An upstream that turns out to have no HTTP/1.1 is asked once more. */
async function chooseCarrier(delivery: Delivery, isFresh: boolean): Promise<Carrier> {
  try {
    return await openCarrier(delivery, isFresh);
  } catch (error) {
    if (!refusesHttp1(error)) throw error;
    delivery.upstreams.sessions.noteAlone(delivery.received);
    return openCarrier(delivery, isFresh);
  }
}

/**
 * HTTP/2 for a client that speaks it: then trailers, half-closes and resets mean the same on both sides. For others only where there is
 * nothing else.
 */
async function openCarrier(delivery: Delivery, isFresh: boolean): Promise<Carrier> {
  const { upstreams, owner, received, client } = delivery;
  const { raw, sessions } = upstreams;
  refuseGone(client);
  const wantsHttp2 = received.scheme === "https" && (client.isHttp2 || sessions.isAlone(received));
  const found = wantsHttp2 ? await sessions.negotiate(owner, received) : ({ protocol: "http/1.1", ready: undefined } as const);
  if (found.protocol === "h2") {
    const { session, way, letGo } = found;
    return { way, send: (request, sink) => sendHttp2(session, request, sink), isUsed: true, hasHeard: () => false, release: letGo };
  }
  if (found.ready === undefined) refuseGone(client);
  const pooled = found.ready !== undefined ? raw.adopt(found.ready) : isFresh ? null : raw.take(owner, received);
  const connection = pooled ?? (await raw.connect(owner, received));
  let call: UpstreamCall | undefined;
  return {
    way: connection.way,
    send: (request, sink) => (call = sendHttp1(connection.socket, request, sink)),
    isUsed: connection.isUsed,
    hasHeard: () => call?.hasHeard() === true,
    release: () => (call?.isReusable() === true ? raw.giveBack(connection) : void connection.socket.destroy()),
  };
}

/** Requests that are reset as soon as they are made must not cost a connection each. */
function refuseGone(client: ClientSide): void {
  if (client.isGone) throw new KeywardError("UPSTREAM_BROKEN", "the client went away");
}

function mayRetry(delivery: Delivery, carrier: Carrier, first: Delivered): boolean {
  if (first.error === null || first.status !== null || !carrier.isUsed || carrier.hasHeard()) return false;
  const isSafe = IDEMPOTENT.has(delivery.received.method) || wasRefused(first.error);
  return isSafe && delivery.client.body === null && !delivery.client.isGone;
}

/** Opened for this connection. @throws RELEASE_REFUSED */
function requestOn(way: Way, { client, sealed, body, expectsContinue }: Delivery): UpstreamRequest {
  const permit = mayRelease(sealed.claim, way);
  return {
    outgoing: sealed.head(permit),
    body: sealed.body(permit) ?? body,
    trailers: () => carriedTrailers(client.trailers()),
    expectsContinue,
    wantsTrailers: headerValues(client.head.headers, "te").includes("trailers"),
  };
}

/** A connection that may not carry the request goes back unused. */
function openOn(carrier: Carrier, delivery: Delivery): UpstreamRequest {
  try {
    return requestOn(carrier.way, delivery);
  } catch (error) {
    carrier.release();
    throw error;
  }
}

function attempt(delivery: Delivery, carrier: Carrier): Promise<Delivered> {
  const { client } = delivery;
  const request = openOn(carrier, delivery);
  return new Promise((resolve) => {
    const progress: Progress = { status: null, bytesUp: 0, bytesDown: 0, masked: 0 };
    const release = once(carrier.release);
    const settle = (error: KeywardError | null): void => {
      release();
      relay.stop();
      resolve({ ...progress, error });
    };
    const throwAway = (error: KeywardError | null, isEnded: boolean): void => {
      if (!isEnded) call.abort();
      release();
      relay.stop();
      resolve({ ...progress, error, ...(error === null ? { status: 401, isSentAgain: true } : {}) });
    };
    const relay = relayTo(client, progress, {
      scrub: delivery.scrub,
      host: delivery.received.authority.host,
      onEnd: () => settle(null),
      onFail(error) {
        settle(error);
        call.abort();
      },
      resume: () => call.resume(),
    });
    const sink: UpstreamSink = {
      ...relay,
      onEnd(trailers) {
        // The upstream has said everything; what is left to do is between the client and us.
        release();
        relay.onEnd(trailers);
      },
      onBodySent: (bytes) => (progress.bytesUp += bytes),
      onError: (error) => settle(deliveryError(error, delivery)),
    };
    const { onRefused } = delivery;
    const hooks = { onThrownAway: throwAway, resume: () => call.resume() };
    const call = carrier.send(request, onRefused === null ? sink : holdRefusal(sink, { ...hooks, decide: onRefused }));
    client.onDrain(() => {
      relay.drained();
      call.resume();
    });
    client.onGone((resetCode) => call.abort(resetCode));
    if (client.isGone) call.abort();
  });
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

/** Errors of sockets become one of ours; their words are not repeated (they may hold upstream text). */
function deliveryError(error: unknown, delivery: Delivery): KeywardError {
  if (error instanceof KeywardError) return error;
  if (delivery.client.isGone) return new KeywardError("UPSTREAM_BROKEN", "the client went away", { cause: error });
  const target = formatAuthority(delivery.received.authority);
  return new KeywardError("UPSTREAM_BROKEN", `${target} broke the exchange (${systemCode(error) ?? "broken"})`, {
    detail: { host: delivery.received.authority.host },
    cause: error,
  });
}
