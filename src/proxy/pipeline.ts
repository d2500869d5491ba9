// The life of one request, step by step, as docs/request.md tells it: receive → match → pick → freshen → inject → forward →
// respond → record. Admit, route and terminate happened when its tunnel was opened (connect.ts).
// In: the client's side of an exchange on a tunnel. Out: an answer and an audit line, whatever happens.
import { type KeywardError, toKeywardError } from "../core/errors.ts";
import type { Outgoing, Picked, Tunnel } from "../core/exchange.ts";
import { newId } from "../core/ids.ts";
import type { Place } from "../providers/schema.ts";
import type { ClientSide } from "./client/client-side.ts";
import type { LiveRun, ProxyPorts } from "./ports.ts";
import { refusalFor } from "./refuse.ts";
import { type Delivered, forward } from "./steps/forward.ts";
import { freshen } from "./steps/freshen.ts";
import { inject, passUnchanged } from "./steps/inject.ts";
import { match } from "./steps/match.ts";
import { pick } from "./steps/pick.ts";
import { receive, type RequestHead } from "./steps/receive.ts";
import { recordEnd, recordRelease, type Trace } from "./steps/record.ts";
import type { Upstreams } from "./upstream/upstreams.ts";

/** What every request of a tunnel shares. */
export interface TunnelContext {
  readonly tunnel: Tunnel;
  readonly run: LiveRun;
  readonly ports: ProxyPorts;
  readonly upstreams: Upstreams;
}

/** A request that has been decided on and may leave. */
export interface Prepared {
  readonly received: Picked<Place>;
  readonly outgoing: Outgoing;
  readonly owner: string;
}

export async function serve(client: ClientSide, context: TunnelContext): Promise<void> {
  const trace = startTrace(context);
  try {
    const prepared = await prepare(client.head, context, trace);
    if (client.expectsContinue) client.sendContinue();
    trace.delivered = await forward({ ...prepared, client, upstreams: context.upstreams });
    answerFailure(client, trace, trace.delivered);
  } catch (error) {
    refuse(client, trace, knownError(error, context.ports));
  } finally {
    finish(trace, context);
  }
}

export function startTrace(context: TunnelContext): Trace {
  return { requestId: newId("req"), runId: context.run.id, startedAtMs: context.ports.clock.nowMs() };
}

/** Steps 4 to 8, before any upstream byte; with the audit line that must be written before a credential leaves. */
export async function prepare(head: RequestHead, context: TunnelContext, trace: Trace): Promise<Prepared> {
  const received = decide(head, context, trace);
  if (received.choice === null) return { received, outgoing: passUnchanged(received), owner: `${context.run.id} -` };
  const freshened = await freshen(received, received.choice, context.ports);
  const outgoing = inject(freshened);
  await recordRelease(trace, context.ports.audit);
  return { received, outgoing, owner: `${context.run.id} ${freshened.credential.connectionId}` };
}

/** Steps 4 to 6: pure. */
function decide(head: RequestHead, context: TunnelContext, trace: Trace): Picked<Place> {
  const { ports, run, tunnel } = context;
  trace.received = { method: head.method, path: head.target.split("?", 1)[0] ?? "", authority: tunnel.authority };
  const received = receive(head, { tunnel, requestId: trace.requestId, startedAtMs: trace.startedAtMs });
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

/** An upstream that failed before its head came gets our answer; one that failed later, a cut connection. */
function answerFailure(client: ClientSide, trace: Trace, delivered: Delivered): void {
  if (delivered.error === null) return;
  if (delivered.status === null) refuse(client, trace, delivered.error);
  else client.cut();
}

function refuse(client: ClientSide, trace: Trace, error: KeywardError): void {
  trace.refusedWith = { status: error.httpStatus, error };
  if (client.isStarted || client.isGone) client.cut();
  else client.refuse(refusalFor(error, trace.requestId), endsConnection(error));
}

const ENDS_CONNECTION: ReadonlySet<string> = new Set(["REQUEST_MALFORMED", "HOST_MISMATCH", "REQUEST_TOO_LARGE", "METHOD_REFUSED"]);

/** After these, what follows on the connection cannot be trusted to begin where it seems to. */
export function endsConnection(error: KeywardError): boolean {
  return ENDS_CONNECTION.has(error.code);
}

/** A bug is logged with its stack; the child sees only its code. */
export function knownError(error: unknown, ports: ProxyPorts): KeywardError {
  const known = toKeywardError(error);
  if (known.code === "INTERNAL") ports.log("error", "request failed", { stack: (error as Error | null)?.stack ?? "" });
  return known;
}

export function finish(trace: Trace, context: TunnelContext): void {
  const isDenied = trace.refusedWith !== undefined && trace.delivered === undefined;
  context.run.countRequest(isDenied);
  try {
    recordEnd(trace, context.ports.audit, context.ports.clock.nowMs());
  } catch {
    context.ports.log("error", "the audit record of a request could not be written", { requestId: trace.requestId });
  }
}
