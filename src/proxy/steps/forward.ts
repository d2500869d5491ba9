// Step 9, forward: the request leaves on a pooled, verified upstream connection; both bodies stream, an abort travels both ways.
// In: the outgoing head, the client's request and response. Out: how it ended. Redirects are never followed here.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import type { Outgoing, Received } from "../../core/exchange.ts";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { formatAuthority } from "../../core/host.ts";
import type { OriginPool, PooledClient } from "../upstream/origin-pool.ts";
import { type Relay, relayTo } from "./respond.ts";

export interface Delivery {
  readonly received: Received;
  readonly outgoing: Outgoing;
  /** Names run and connection: connections of one owner are never used for another. */
  readonly owner: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pool: OriginPool;
}

export interface Delivered {
  readonly status: number | null;
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** What went wrong; when `status` is set, it went wrong after the head had left. */
  readonly error: KeywardError | null;
}

/** Methods that may be sent again when an idle connection turns out dead (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

export async function forward(delivery: Delivery): Promise<Delivered> {
  const pooled = delivery.pool.acquire(delivery.owner, delivery.received);
  const first = await attempt(delivery, pooled);
  if (!mayRetry(delivery, pooled, first)) return first;
  return attempt(delivery, delivery.pool.acquire(delivery.owner, delivery.received, true));
}

function mayRetry(delivery: Delivery, pooled: PooledClient, first: Delivered): boolean {
  if (first.error === null || first.status !== null || pooled.usedCount === 0) return false;
  return IDEMPOTENT.has(delivery.outgoing.method) && !hasBody(delivery.request) && !delivery.response.destroyed;
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0;
}

function attempt(delivery: Delivery, pooled: PooledClient): Promise<Delivered> {
  const { outgoing, received, request, response, pool, owner } = delivery;
  return new Promise((resolve) => {
    let abort: (() => void) | null = null;
    let resume = (): void => undefined;
    let bytesUp = 0;
    const relay = relayTo(response, () => resume());
    const onClientGone = (): void => {
      if (!response.writableFinished) abort?.();
    };
    response.on("close", onClientGone);
    const settle = (error: KeywardError | null): void => {
      response.off("close", onClientGone);
      if (error === null) pool.release(owner, received, pooled);
      else pool.discard(pooled);
      resolve({ status: relay.status, bytesUp, bytesDown: relay.bytesDown, error });
    };
    const handler: Dispatcher.DispatchHandler = {
      onConnect(cancel) {
        abort = () => cancel(new Error("the client went away"));
        if (response.destroyed) abort();
      },
      onHeaders(status, headers, resumeUpstream, statusText) {
        resume = resumeUpstream;
        return status < 200 || startRelay(relay, { status, headers, statusText });
      },
      onData: (chunk) => relay.write(chunk),
      onComplete(trailers) {
        relay.finish((trailers ?? []).map(String));
        settle(null);
      },
      onError(error) {
        settle(deliveryError(error, delivery));
      },
      onBodySent(chunk: unknown) {
        bytesUp += (chunk as Buffer).length;
      },
    };
    pooled.client.dispatch(
      {
        path: outgoing.target,
        method: outgoing.method as Dispatcher.HttpMethod,
        headers: outgoing.headers as string[],
        body: hasBody(request) ? request : null,
      },
      handler,
    );
  });
}

function startRelay(relay: Relay, head: { status: number; headers: readonly (Buffer | string)[]; statusText: string }): boolean {
  if (head.status === 407) throw new KeywardError("UPSTREAM_BROKEN", "the upstream asked for proxy credentials");
  const headers = head.headers.map((part) => (typeof part === "string" ? part : part.toString("latin1")));
  relay.start(head.status, head.statusText, headers);
  return true;
}

/** Errors of undici and sockets become one of ours; their words are not repeated (they may hold upstream text). */
function deliveryError(error: unknown, delivery: Delivery): KeywardError {
  if (error instanceof KeywardError) return error;
  const target = formatAuthority(delivery.received.authority);
  const code = systemCode(error) ?? "broken";
  if (delivery.response.destroyed) return new KeywardError("UPSTREAM_BROKEN", "the client went away", { cause: error });
  return new KeywardError("UPSTREAM_BROKEN", `${target} broke the exchange (${code})`, {
    detail: { host: delivery.received.authority.host },
    cause: error,
  });
}
