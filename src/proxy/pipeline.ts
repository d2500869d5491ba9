// The life of one request, step by step, as docs/request.md tells it: receive → match → pick → freshen → inject → forward →
// respond → record. Admit, route and terminate happened when its tunnel was opened (connect.ts).
// In: the client's side of an exchange on a tunnel. Out: an answer and an audit line, whatever happens. A 401 for a credential that can
// be renewed leads through the steps from 6 on once more.
import type { Readable } from "node:stream";
import { type KeywardError, toKeywardError } from "../core/errors.ts";
import type { Matched, Picked, Tunnel } from "../core/exchange.ts";
import { newId } from "../core/ids.ts";
import type { Place } from "../providers/schema.ts";
import { readAhead } from "./body/read-ahead.ts";
import { carriedTrailers } from "./client/carried-trailers.ts";
import { findCapture } from "./capture/find-capture.ts";
import { serveCapture } from "./capture/serve-capture.ts";
import type { ClientSide } from "./client/client-side.ts";
import { bodyBytesFor, shownPath } from "./inject/kinds.ts";
import type { CredentialRefusal, LiveRun, ProxyPorts } from "./ports.ts";
import { refusalFor } from "./refuse.ts";
import { maskFields } from "./scrub/find/mask-fields.ts";
import { armScrub, askReadable, type Scrub } from "./scrub/armed.ts";
import { bodyGuard } from "./leaks/body-guard.ts";
import { leakSearch } from "./leaks/leak-search.ts";
import { GuardedBody } from "./leaks/guarded-body.ts";
import { Claim } from "./release/claim.ts";
import { SealedRequest } from "./release/sealed-request.ts";
import { mayRenew } from "./renewal/may-renew.ts";
import { ReplayableBody } from "./renewal/replayable-body.ts";
import { type Delivered, forward } from "./steps/forward.ts";
import { freshen } from "./steps/freshen.ts";
import { bodyRewriters, inject, passUnchanged } from "./steps/inject.ts";
import { match } from "./steps/match.ts";
import { pick } from "./steps/pick.ts";
import { pathOf, receive, type RequestHead } from "./steps/receive.ts";
import { recordEnd, recordRelease, type Trace, wasDenied } from "./steps/record.ts";
import { wasRefused } from "./upstream/http2/stream-reset.ts";
import type { Upstreams } from "./upstream/upstreams.ts";

/** What every request of a tunnel shares. */
export interface TunnelContext {
  readonly tunnel: Tunnel;
  /** Inside CONNECT and TLS, or a whole URL in clear to the proxy itself. */
  readonly arrival: "tunnel" | "absolute";
  /** SNI of the client's TLS; null: none was sent. */
  readonly serverName: string | null;
  readonly run: LiveRun;
  readonly ports: ProxyPorts;
  readonly upstreams: Upstreams;
}

/** A request that has been decided on and may leave. */
export interface Prepared {
  readonly received: Picked<Place>;
  /** What leaves, closed until its upstream connection is known. */
  readonly sealed: SealedRequest;
  readonly owner: string;
  /** What the answer is searched for; null: it passes as it comes. */
  readonly scrub: Scrub | null;
  /** What leaves with it, when that can be renewed. */
  readonly renewable: Omit<CredentialRefusal, "isSecond"> | null;
}

export async function serve(client: ClientSide, context: TunnelContext): Promise<void> {
  const trace = startTrace(context);
  try {
    const matched = judge(client.head, context, trace);
    const point = findCapture(matched, context);
    if (point !== null) return await serveCapture({ client, matched, point, decide: (of) => decide(of, context, trace) }, context, trace);
    const body = guardBody(client, matched, context);
    const kept = body !== null && mayRenew(matched, context) ? new ReplayableBody(body) : null;
    const request = { client, matched, guarded: body, kept };
    let delivered = await carry({ ...request, isSecond: false }, context, trace);
    if (delivered.isSentAgain === true) {
      recordFirstTry(trace, delivered, context);
      delivered = await carry({ ...request, isSecond: true }, context, trace);
    }
    delivered = await withLeak(delivered, body);
    trace.delivered = delivered;
    answerFailure(client, trace, delivered);
  } catch (error) {
    refuse(client, trace, knownError(error, context.ports));
  } finally {
    finish(trace, context);
  }
}

interface Carried {
  readonly client: ClientSide;
  readonly matched: Matched<Place>;
  /** The client's body, searched while it is read. */
  readonly guarded: Readable | null;
  /** null: no body, or one that is never sent twice. */
  readonly kept: ReplayableBody | null;
  readonly isSecond: boolean;
}

function guardBody(client: ClientSide, matched: Matched<Place>, context: TunnelContext): Readable | null {
  const guard = client.body === null ? null : bodyGuard(matched, context);
  return client.body === null || guard === null
    ? client.body
    : new GuardedBody(client.body, () => carriedTrailers(client.trailers()), guard);
}

/** A leak is told as one, also where the upstream could not be reached and nothing was sent. */
async function withLeak(delivered: Delivered, body: Readable | null): Promise<Delivered> {
  if (delivered.error === null || delivered.status !== null || delivered.bytesUp > 0 || !(body instanceof GuardedBody)) return delivered;
  const leak = await body.searchArriving();
  return leak === null ? delivered : { ...delivered, error: leak };
}

/** Steps 6 to 10, once. */
async function carry({ client, matched, guarded, kept, isSecond }: Carried, context: TunnelContext, trace: Trace): Promise<Delivered> {
  const body = kept?.open() ?? guarded;
  // The second time the client has been asked for its body already, or is about to send it unasked.
  const expectsContinue = client.expectsContinue && !(isSecond && kept?.hasBegun === true);
  const source = { body, expectsContinue, sendContinue: () => client.sendContinue() };
  const ahead = await readAhead(source, bodyBytesNeeded(matched));
  try {
    const prepared = await decide(ahead === null ? matched : { ...matched, body: ahead.start }, context, trace);
    const sent = ahead === null ? { body, expectsContinue } : { body, sealed: await prepared.sealed.withBody(ahead) };
    const replay = client.body === null ? NO_BODY : kept;
    const onRefused = refusalJudge(prepared, { replay, isSecond, ports: context.ports });
    return await forward({ ...prepared, expectsContinue: false, ...sent, client, upstreams: context.upstreams, onRefused });
  } finally {
    ahead?.release();
  }
}

/** Whether a 401 is answered by sending the request again; null: never, the credential is what it is, or the child's own. */
export function refusalJudge(
  { renewable }: Prepared,
  { replay, isSecond, ports }: { readonly replay: Replay | null; readonly isSecond: boolean; readonly ports: ProxyPorts },
): (() => Promise<boolean>) | null {
  if (renewable === null) return null;
  return async () => {
    const renewed = ports.afterRefusal({ ...renewable, isSecond });
    if (replay?.canReplay === true) return (await renewed) && replay.rewind();
    // Too long to be sent again: the 401 passes on at once, and the next request waits for the new credential.
    void renewed.catch(() => undefined);
    return false;
  };
}

type Replay = Pick<ReplayableBody, "canReplay" | "rewind">;

export const NO_BODY: Replay = { canReplay: true, rewind: () => true };

/** The answer nobody gets: a line of its own under the same id, before the line of the second try. */
export function recordFirstTry(trace: Trace, delivered: Delivered, { ports }: TunnelContext): void {
  recordEnd({ ...trace, delivered }, ports.audit, ports.clock.nowMs());
}

export function startTrace(context: TunnelContext): Trace {
  // Every field at once: objects that gain fields one after the other are the slow kind.
  return {
    requestId: newId("req"),
    runId: context.run.id,
    startedAtMs: context.ports.clock.nowMs(),
    received: undefined,
    provider: undefined,
    connection: undefined,
    slots: undefined,
    delivered: undefined,
    refusedWith: undefined,
  };
}

/** Steps 6 to 8, before any upstream byte; with the audit line that must be written before a credential leaves. */
export async function decide(matched: Matched<Place>, context: TunnelContext, trace: Trace): Promise<Prepared> {
  const received = choose(matched, context, trace);
  if (received.choice === null) {
    const sealed = new SealedRequest(null, { outgoing: passUnchanged(received), rewriters: [], body: null });
    return { received, sealed, owner: `${context.run.id} -`, scrub: null, renewable: null };
  }
  const freshened = await freshen(received, received.choice, context.ports);
  const scrub = armScrub(freshened.choice.connection, freshened.credential, context.ports);
  const injected = inject(freshened);
  const outgoing = askReadable(injected.outgoing, scrub);
  const rewriters = bodyRewriters(freshened, outgoing);
  await recordRelease(trace, context.ports.audit);
  const { credential, choice } = freshened;
  const owner = `${context.run.id} ${credential.connectionId}`;
  const slot = injected.slot ?? (rewriters.length > 0 ? "later" : null);
  const claim = slot === null ? null : new Claim(freshened, context, { owner, isRecorded: true, slot });
  const sealed = new SealedRequest(claim, { outgoing, rewriters, body: null });
  const renewable = context.ports.isRenewable(choice.connection) ? { connection: choice.connection, credential } : null;
  return { received, sealed, owner, scrub, renewable };
}

/** How much of the body must be read before the request can be decided on; 0 for nearly all. Both lanes ask here. */
export function bodyBytesNeeded(matched: Matched<Place>): number {
  const places = matched.candidates.flatMap(({ alternatives }) => alternatives.flat());
  return Math.max(0, ...places.map((place) => bodyBytesFor(place, matched)));
}

/** Steps 4 and 5: pure. */
export function judge(head: RequestHead, context: TunnelContext, trace: Trace): Matched<Place> {
  trace.received = { method: head.method, path: pathOf(head.target), authority: context.tunnel.authority };
  try {
    return judgeReceived(head, context, trace);
  } catch (error) {
    const [method = "", path = ""] = masked([head.method, trace.received.path], context);
    trace.received = { ...trace.received, method, path };
    throw error;
  }
}

/** The record of a refusal must not hold what the request was refused for; nothing of it where nobody can say any more what that is. */
function masked(texts: readonly string[], { ports, run }: TunnelContext): readonly string[] {
  try {
    const search = leakSearch({ known: ports.knownPlaceholders(run), secrets: ports.knownSecrets(run), here: [], findsHomeKeys: true });
    return search === null ? texts : maskFields(search.finder, texts).texts;
  } catch {
    return texts.map(() => "");
  }
}

function judgeReceived(head: RequestHead, { ports, run, tunnel }: TunnelContext, trace: Trace): Matched<Place> {
  const received = receive(head, { tunnel, requestId: trace.requestId, startedAtMs: trace.startedAtMs });
  const matched = match(received, {
    run,
    known: ports.knownPlaceholders(run),
    secrets: ports.knownSecrets(run),
    matchPlaces: ports.matchPlaces,
  });
  const only = matched.candidates[0];
  if (only !== undefined) trace.provider = only.provider;
  return matched;
}

/** Step 6: pure. */
function choose(matched: Matched<Place>, { run }: TunnelContext, trace: Trace): Picked<Place> {
  const picked = pick(matched, run.bindings());
  trace.slots = picked.slots;
  if (picked.slots === "own" && trace.received !== undefined) trace.received = { ...trace.received, path: shownPath(matched) };
  if (picked.choice !== null) {
    trace.provider = picked.choice.connection.provider;
    trace.connection = picked.choice.connection.name;
  }
  return picked;
}

/** An upstream that failed before its head came gets our answer; one that failed later, a cut connection. */
function answerFailure(client: ClientSide, trace: Trace, delivered: Delivered): void {
  const { error, status } = delivered;
  if (error === null) return;
  // A client of HTTP/2 that hears that its request was refused untouched sends it again by itself.
  const isCut = status !== null || (client.isHttp2 && wasRefused(error));
  if (isCut) client.cut(error);
  else refuse(client, trace, error);
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
  context.run.countRequest(wasDenied(trace));
  try {
    recordEnd(trace, context.ports.audit, context.ports.clock.nowMs());
  } catch {
    context.ports.log("error", "the audit record of a request could not be written", { requestId: trace.requestId });
  }
}
