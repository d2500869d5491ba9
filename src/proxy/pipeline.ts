// The life of one request, step by step, as docs/request.md tells it: receive → match → pick → freshen → inject → forward →
// respond → record. Admit, route and terminate happened when its tunnel was opened (connect.ts).
// In: a parsed request on a tunnel. Out: an answer and an audit line, whatever happens.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type KeywardError, toKeywardError } from "../core/errors.ts";
import type { Outgoing, Picked, Tunnel } from "../core/exchange.ts";
import { newId } from "../core/ids.ts";
import type { Place } from "../providers/schema.ts";
import type { LiveRun, ProxyPorts } from "./ports.ts";
import { refusalFor, sendRefusal } from "./refuse.ts";
import { type Delivered, forward } from "./steps/forward.ts";
import { freshen } from "./steps/freshen.ts";
import { inject, passUnchanged } from "./steps/inject.ts";
import { match } from "./steps/match.ts";
import { pick } from "./steps/pick.ts";
import { receive } from "./steps/receive.ts";
import { recordEnd, recordRelease, type Trace } from "./steps/record.ts";
import type { OriginPool } from "./upstream/origin-pool.ts";

/** What every request of a tunnel shares. */
export interface TunnelContext {
  readonly tunnel: Tunnel;
  readonly run: LiveRun;
  readonly ports: ProxyPorts;
  readonly pool: OriginPool;
}

export interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Origin form; differs from `request.url` for absolute-form requests. */
  readonly target: string;
  /** The client waits for 100 Continue before it sends its body. */
  readonly expectsContinue: boolean;
}

export async function serve(incoming: Incoming, context: TunnelContext): Promise<void> {
  const { ports, run } = context;
  const trace: Trace = { requestId: newId("req"), runId: run.id, startedAtMs: ports.clock.nowMs() };
  try {
    const picked = decide(incoming, context, trace);
    const prepared = await prepare(picked, context, trace);
    if (incoming.expectsContinue) incoming.response.writeContinue();
    trace.delivered = await forward({
      ...prepared,
      received: picked,
      request: incoming.request,
      response: incoming.response,
      pool: context.pool,
    });
    answerFailure(incoming, trace, trace.delivered);
  } catch (error) {
    refuse(incoming, trace, toLogged(error, ports));
  } finally {
    finish(trace, context);
  }
}

/** Steps 4 to 6: pure, and before any upstream byte. */
function decide(incoming: Incoming, context: TunnelContext, trace: Trace): Picked<Place> {
  const { request, target } = incoming;
  const { ports, run } = context;
  const head = { method: request.method ?? "", target, httpVersion: request.httpVersion, headers: request.rawHeaders };
  trace.received = { method: head.method, path: target.split("?", 1)[0] ?? "", authority: context.tunnel.authority };
  const received = receive(head, { tunnel: context.tunnel, requestId: trace.requestId, startedAtMs: trace.startedAtMs });
  const matched = match(received, { run, known: ports.knownPlaceholders(run), matchPlaces: ports.matchPlaces });
  const only = matched.candidates[0];
  if (only !== undefined) trace.provider = only.provider;
  const picked = pick(matched, run.bindings());
  trace.slots = picked.slots;
  if (picked.choice !== null) {
    trace.provider = picked.choice.connection.provider;
    trace.connection = picked.choice.connection.name;
  }
  return picked;
}

/** Steps 7 and 8, with the audit line that must be written before the credential leaves. */
async function prepare(picked: Picked<Place>, context: TunnelContext, trace: Trace): Promise<{ outgoing: Outgoing; owner: string }> {
  if (picked.choice === null) return { outgoing: passUnchanged(picked), owner: `${context.run.id} -` };
  const freshened = await freshen(picked, picked.choice, context.ports);
  const outgoing = inject(freshened);
  recordRelease(trace, context.ports.audit);
  return { outgoing, owner: `${context.run.id} ${freshened.credential.connectionId}` };
}

/** An upstream that failed before its head came gets our answer; one that failed later, a cut connection. */
function answerFailure(incoming: Incoming, trace: Trace, delivered: Delivered): void {
  if (delivered.error === null) return;
  if (delivered.status === null) refuse(incoming, trace, delivered.error);
  else incoming.response.destroy();
}

function refuse(incoming: Incoming, trace: Trace, error: KeywardError): void {
  trace.refusedWith = { status: error.httpStatus, error };
  const { request, response } = incoming;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const endsConnection = ["REQUEST_MALFORMED", "HOST_MISMATCH", "REQUEST_TOO_LARGE", "METHOD_REFUSED"].includes(error.code);
  sendRefusal(response, refusalFor(error, trace.requestId), request.complete && !endsConnection);
}

function toLogged(error: unknown, ports: ProxyPorts): KeywardError {
  const known = toKeywardError(error);
  if (known.code === "INTERNAL") ports.log("error", "request failed", { stack: (error as Error | null)?.stack ?? "" });
  return known;
}

function finish(trace: Trace, context: TunnelContext): void {
  const isDenied = trace.refusedWith !== undefined && trace.delivered === undefined;
  context.run.countRequest(isDenied);
  try {
    recordEnd(trace, context.ports.audit, context.ports.clock.nowMs());
  } catch {
    context.ports.log("error", "the audit record of a request could not be written", { requestId: trace.requestId });
  }
}
