// Step 9, forward: the request leaves on a pooled, verified upstream connection; both bodies stream, an abort travels both ways.
// In: the outgoing head and the client's side. Out: how it ended. Redirects are never followed here.
import type { Readable } from "node:stream";
import type { Outgoing, Received } from "../../core/exchange.ts";
import { KeywardError, systemCode, toKeywardError } from "../../core/errors.ts";
import { headerValues } from "../../core/headers.ts";
import { formatAuthority } from "../../core/host.ts";
import type { ClientSide } from "../client/client-side.ts";
import type { UpstreamCall, UpstreamRequest, UpstreamSink } from "../upstream/exchange.ts";
import { sendHttp1 } from "../upstream/http1-exchange.ts";
import { sendHttp2 } from "../upstream/http2-exchange.ts";
import type { Upstreams } from "../upstream/upstreams.ts";
import { type Progress, relayTo } from "./respond.ts";

export interface Delivery {
  readonly received: Received;
  readonly outgoing: Outgoing;
  /** Names run and connection: connections of one owner are never used for another. */
  readonly owner: string;
  readonly client: ClientSide;
  /** The client's own, or what was made of it. */
  readonly body: Readable | null;
  readonly upstreams: Upstreams;
}

export interface Delivered extends Readonly<Progress> {
  /** What went wrong; when `status` is set, it went wrong after the head had left. */
  readonly error: KeywardError | null;
}

/** Methods that may be sent again when an idle connection turns out dead (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/** Starts the exchange on one connection; `done` is told how the connection came out of it. */
type Send = (request: UpstreamRequest, sink: UpstreamSink) => UpstreamCall;
interface Way {
  readonly send: Send;
  /** A connection that has served before may have been closed by the upstream in the meantime. */
  readonly isUsed: boolean;
  release(isHealthy: boolean): void;
}

export async function forward(delivery: Delivery): Promise<Delivered> {
  try {
    const way = await chooseWay(delivery, false);
    const first = await attempt(delivery, way);
    if (!mayRetry(delivery, way, first)) return first;
    return await attempt(delivery, await chooseWay(delivery, true));
  } catch (error) {
    return { status: null, bytesUp: 0, bytesDown: 0, error: toKeywardError(error) };
  }
}

/** HTTP/2 only for a client that speaks it: then trailers, half-closes and resets mean the same on both sides. */
async function chooseWay(delivery: Delivery, isFresh: boolean): Promise<Way> {
  const { upstreams, owner, received, client } = delivery;
  const { pool, sessions } = upstreams;
  const wantsHttp2 = client.isHttp2 && received.scheme === "https";
  const found = wantsHttp2 ? await sessions.negotiate(owner, received) : ({ protocol: "http/1.1", ready: undefined } as const);
  if (found.protocol === "h2") {
    const letGo = sessions.hold(found.session);
    return { send: (request, sink) => sendHttp2(found.session, request, sink), isUsed: true, release: letGo };
  }
  const pooled = await pool.acquire(owner, received, { isFresh, ready: found.ready });
  return {
    send: (request, sink) => sendHttp1(pooled.client, request, sink),
    isUsed: pooled.usedCount > 0,
    release: (isHealthy) => (isHealthy ? pool.release(owner, received, pooled) : pool.discard(pooled)),
  };
}

function mayRetry(delivery: Delivery, way: Way, first: Delivered): boolean {
  if (first.error === null || first.status !== null || !way.isUsed) return false;
  return IDEMPOTENT.has(delivery.outgoing.method) && delivery.client.body === null && !delivery.client.isGone;
}

function attempt(delivery: Delivery, way: Way): Promise<Delivered> {
  const { client, outgoing } = delivery;
  return new Promise((resolve) => {
    const progress: Progress = { status: null, bytesUp: 0, bytesDown: 0 };
    const settle = (error: KeywardError | null): void => {
      way.release(error === null);
      resolve({ ...progress, error });
    };
    const request: UpstreamRequest = {
      outgoing,
      body: delivery.body,
      trailers: () => client.trailers(),
      wantsTrailers: client.isHttp2 && headerValues(client.head.headers, "te").includes("trailers"),
    };
    const call = way.send(request, {
      ...relayTo(client, progress),
      onEnd(trailers) {
        client.finish(trailers);
        settle(null);
      },
      onError: (error) => settle(deliveryError(error, delivery)),
    });
    client.onDrain(() => call.resume());
    client.onGone(() => call.abort());
    if (client.isGone) call.abort();
  });
}

/** Errors of undici and sockets become one of ours; their words are not repeated (they may hold upstream text). */
function deliveryError(error: unknown, delivery: Delivery): KeywardError {
  if (error instanceof KeywardError) return error;
  if (delivery.client.isGone) return new KeywardError("UPSTREAM_BROKEN", "the client went away", { cause: error });
  const target = formatAuthority(delivery.received.authority);
  return new KeywardError("UPSTREAM_BROKEN", `${target} broke the exchange (${systemCode(error) ?? "broken"})`, {
    detail: { host: delivery.received.authority.host },
    cause: error,
  });
}
