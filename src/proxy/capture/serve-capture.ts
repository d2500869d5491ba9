// A request for a token endpoint: it goes on as it is, or with the real refresh token in it; the answer is read whole, its tokens are
// stored, and the child gets placeholders in their place. In: a matched request and the endpoint it is for. Out: an answered client.
// The child never gets a token that was not stored: whatever goes wrong ends in an error of keyward's own.
import { Readable } from "node:stream";
import { REFRESH_STAND_IN } from "../../core/connection.ts";
import { type Matched, toPicked } from "../../core/exchange.ts";
import { KeywardError } from "../../core/errors.ts";
import { filterHeaders, type RawHeaders } from "../../core/headers.ts";
import { formatAuthority } from "../../core/host.ts";
import { Secret } from "../../core/secret.ts";
import type { Place } from "../../providers/schema.ts";
import { readAhead } from "../body/read-ahead.ts";
import type { ClientSide } from "../client/client-side.ts";
import { putRefreshToken } from "../inject/token-request/refresh-token.ts";
import type { Prepared, TunnelContext } from "../pipeline.ts";
import { bodyGuard } from "../leaks/body-guard.ts";
import { leakSearch } from "../leaks/leak-search.ts";
import type { Binding, KnownSecret } from "../ports.ts";
import type { ReleaseClaim } from "../release/may-release.ts";
import { SealedRequest } from "../release/sealed-request.ts";
import { forward } from "../steps/forward.ts";
import { passUnchanged } from "../steps/inject.ts";
import { recordRelease, type Trace } from "../steps/record.ts";
import type { CapturedTokens, CapturePoint, CapturePort, StandIns } from "./capture-port.ts";
import { collectAnswer } from "./collect-answer.ts";
import { decodeAnswer, type PlainAnswer, withBody, withoutSecrets } from "./plain-answer.ts";
import { type AnswerReading, type FoundTokens, readAnswer } from "./read-answer.ts";
import { tradeClaim } from "./trade-claim.ts";
import { readTokenRequest, type TokenRequest } from "./token-request.ts";

/** As long as a renewal of keyward's own may take. */
const TRADE_LIMIT_MS = 15_000;
/** No honest token request or answer comes near. */
export const MAX_CAPTURE_BYTES = 64 * 1024;

export interface CaptureRequest {
  readonly client: ClientSide;
  readonly matched: Matched<Place>;
  readonly point: CapturePoint;
  /** Steps 6 to 8, for a request that shows a placeholder in its head. */
  readonly decide: (matched: Matched<Place>) => Promise<Prepared>;
}

interface Capturing extends CaptureRequest {
  readonly port: CapturePort;
  readonly context: TunnelContext;
  readonly trace: Trace;
  readonly body: Buffer;
  readonly said: TokenRequest;
  readonly tokenUrl: string;
}

type Tokens = Extract<AnswerReading, { kind: "tokens" }>;

interface Answered {
  readonly answer: PlainAnswer;
  /** null: there are none in it. */
  readonly tokens: Tokens | null;
  /** What the child must not see, wherever in the answer it stands. */
  readonly secrets: readonly Secret[];
  readonly askedAtMs: number;
}

/** Sets `trace.delivered`. @throws CAPTURE_FAILED, UPSTREAM_*, PLACEHOLDER_LEAK, LOGIN_*, REQUEST_TOO_LARGE */
export async function serveCapture(request: CaptureRequest, context: TunnelContext, trace: Trace): Promise<void> {
  const port = context.ports.capture;
  if (port === undefined) throw new KeywardError("INTERNAL", "nobody captures tokens here");
  const { client, matched } = request;
  const body = await readWhole(client);
  const said = readTokenRequest(matched, body);
  const tokenUrl = `https://${formatAuthority(matched.authority)}${matched.path}`;
  const capturing: Capturing = { ...request, port, context, trace, body, said, tokenUrl };
  const owner = ownerOf(said, capturing);
  refuseOtherLeaks(capturing, owner);
  answerClient(client, owner === null ? await passOn(capturing) : await renew(capturing, owner));
}

async function readWhole(client: ClientSide): Promise<Buffer> {
  const ahead = await readAhead(client, MAX_CAPTURE_BYTES);
  ahead?.release();
  if (ahead?.start.isWhole === false) throw new KeywardError("REQUEST_TOO_LARGE", "the token request is longer than 64 KiB");
  return ahead?.start.bytes ?? Buffer.alloc(0);
}

/** Whose refresh token the request shows. @throws PLACEHOLDER_LEAK for one that this run does not bind */
function ownerOf({ refreshToken }: TokenRequest, { context, matched }: Capturing): Binding | null {
  if (refreshToken === null) return null;
  const owner = context.run.bindings().find(({ placeholders }) => placeholders[REFRESH_STAND_IN] === refreshToken);
  if (owner !== undefined) return owner;
  const known = context.ports.knownPlaceholders(context.run).find(({ text }) => text === refreshToken);
  if (known === undefined) return null;
  const { provider, name } = known.owner;
  throw new KeywardError(
    "PLACEHOLDER_LEAK",
    `the placeholder of ${provider} (${name}) stands for no refresh token that this run may trade`,
    {
      detail: { provider, host: matched.authority.host },
    },
  );
}

/**
 * The body without the one refresh token that may stand there: the placeholder that was found, or what is stored for this provider, which
 * a tool that is logged in on its own may have, too. @throws PLACEHOLDER_LEAK, KEY_LEAK
 */
function refuseOtherLeaks({ body, said, matched, context, point }: Capturing, owner: Binding | null): void {
  const guard = bodyGuard(matched, context);
  if (guard === null) return;
  const shown = new Secret(said.refreshToken ?? "");
  const stored = context.ports.knownSecrets(context.run).filter(({ owner: { provider } }) => provider === point.definition.id);
  const mayStand = owner !== null || stored.some(({ secret }) => secret.equals(shown));
  guard.push(mayStand ? Buffer.from(body.toString("latin1").replace(said.refreshToken ?? "", ""), "latin1") : body, null);
  guard.end();
}

/** The tool logs in, or trades a token of its own. */
async function passOn(capturing: Capturing): Promise<PlainAnswer> {
  const answered = await ask(capturing, null);
  return rewritten(answered, keepAll(capturing, { sets: answered.tokens?.sets ?? [], askedAtMs: answered.askedAtMs }));
}

/** The tool trades what stands for a stored refresh token. */
async function renew(capturing: Capturing, owner: Binding): Promise<PlainAnswer> {
  const { port, trace, said, context, tokenUrl } = capturing;
  const placeholder = said.refreshToken ?? "";
  trace.provider = owner.provider;
  trace.connection = owner.name;
  if (owner.connection === null) throw loggedOut(owner);
  const owned = `${context.run.id} ${owner.connection.id}`;
  let answered: Answered | null = null;
  const trade = port.renew(owner.connection, tokenUrl, async (real) => {
    trace.slots = "injected";
    await recordRelease(trace, context.ports.audit);
    const body = putRefreshToken(capturing.body, said.client.body, { placeholder, real });
    answered = await ask(capturing, { owner: owned, claim: tradeClaim(capturing.matched, owner, { context, owner: owned }), body, real });
    const first = answered.tokens?.sets[0];
    return first === undefined ? null : toCaptured(first, answered.askedAtMs, said);
  });
  const standIns = await trade.catch((error: unknown) => {
    throw answered === null ? error : notStored(capturing, error);
  });
  const done = answered as unknown as Answered;
  const [first, ...others] = done.tokens?.sets ?? [];
  const texts = first === undefined ? [] : standInsOf(first, standIns);
  return rewritten(done, [...texts, ...keepAll(capturing, { sets: others, askedAtMs: done.askedAtMs })]);
}

function loggedOut({ provider, name }: Binding): KeywardError {
  return new KeywardError("LOGIN_REQUIRED", `${provider} (${name}) has no stored credential`, {
    hint: `keyward login ${provider} --connection ${name}`,
    detail: { provider },
  });
}

/** A stored refresh token on its way to the endpoint it belongs to. */
interface Trade {
  readonly owner: string;
  readonly claim: ReleaseClaim;
  readonly body: Buffer;
  /** The answer may repeat it. */
  readonly real: Secret;
}

async function ask(capturing: Capturing, trade: Trade | null): Promise<Answered> {
  const { client, matched, context, trace, point } = capturing;
  const askedAtMs = context.ports.clock.nowMs();
  const prepared = await prepare(capturing, trade);
  // A refresh token that was traded is worth nothing any more, so the next one is waited for; but others wait for it as well.
  const collecting = collectAnswer(client, { maxBytes: MAX_CAPTURE_BYTES, outlivesClient: trade !== null });
  let isLate = false;
  const giveUp = (): void => {
    isLate = true;
    collecting.hangUp();
  };
  const limit = trade === null ? undefined : setTimeout(giveUp, TRADE_LIMIT_MS);
  const { upstreams } = context;
  const delivery = {
    ...prepared,
    received: matched,
    client: collecting.side,
    body: null,
    expectsContinue: false,
    upstreams,
    onRefused: null,
  };
  const delivered = await forward(delivery);
  clearTimeout(limit);
  // The client has heard nothing, so a failure can still be told it, whatever the upstream had said by then.
  trace.delivered = delivered.error === null ? delivered : { ...delivered, status: null };
  if (isLate) throw new KeywardError("UPSTREAM_TIMEOUT", `${formatAuthority(matched.authority)} did not answer in time`);
  if (collecting.isCut) throw refused(capturing, "is longer than 64 KiB");
  if (delivered.error !== null) throw delivered.error;
  if (collecting.head === null) throw refused(capturing, "did not come");
  const answer = await decodeAnswer(collecting.head, collecting.body, MAX_CAPTURE_BYTES);
  if (answer === null) throw refused(capturing, "cannot be read");
  const reading = readAnswer(answer.type, answer.body, point.capture.tokens);
  if (reading.kind === "unknown") throw refused(capturing, "has a token where the definition declares none");
  const tokens = reading.kind === "tokens" ? reading : null;
  const secrets = (tokens?.sets ?? []).flatMap(({ access, refresh }) => [access, ...(refresh === null ? [] : [refresh])]);
  return { answer, tokens, askedAtMs, secrets: [...secrets.map((text) => new Secret(text)), ...(trade === null ? [] : [trade.real])] };
}

/** A token request gets no credential of its own accord: what the tool says there is between it and the server. */
async function prepare(capturing: Capturing, trade: Trade | null): Promise<Pick<Prepared, "sealed" | "owner" | "scrub">> {
  const { client, matched, context, decide, body } = capturing;
  const sent = client.body === null ? null : (trade?.body ?? body);
  const plain = { ...matched, headers: asPlain(matched.headers, sent?.length ?? null) };
  if (!showsPlaceholder(matched, context)) {
    const stream = sent === null ? null : Readable.from(sent.length === 0 ? [] : [sent], { objectMode: false });
    const content = { outgoing: passUnchanged(toPicked(plain, null, "none")), rewriters: [], body: stream };
    return { sealed: new SealedRequest(trade?.claim ?? null, content), owner: trade?.owner ?? `${context.run.id} -`, scrub: null };
  }
  if (trade !== null) throw new KeywardError("REQUEST_MALFORMED", "a token request with two placeholders, one in its head, is not carried");
  if (sent === null) return decide(plain);
  const start = { bytes: sent, isWhole: true };
  const prepared = await decide({ ...plain, body: start });
  return { ...prepared, sealed: await prepared.sealed.withBody({ start, rest: NOTHING_MORE, release: () => undefined }) };
}

const NOTHING_MORE: AsyncIterator<Buffer> = { next: () => Promise.resolve({ done: true, value: undefined }) };
const NO_SECRETS: readonly KnownSecret[] = [];

function showsPlaceholder({ target, headers }: Matched<Place>, { ports, run }: TunnelContext): boolean {
  const search = leakSearch({ known: ports.knownPlaceholders(run), secrets: NO_SECRETS, here: [], findsHomeKeys: true });
  const head = Buffer.from([target, ...headers].join("\n"), "latin1");
  return search !== null && search.finder.find(head, { from: 0, to: head.length }, true).kind === "hit";
}

/** Asks for an answer that can be read, and states the length of the body that is there. */
function asPlain(headers: RawHeaders, length: number | null): RawHeaders {
  const kept = filterHeaders(headers, (name) => name !== "accept-encoding" && (length === null || name !== "content-length"));
  return [...kept, "Accept-Encoding", "identity", ...(length === null ? [] : ["Content-Length", String(length)])];
}

/** @throws CAPTURE_FAILED: what was given is lost to the tool, and to keyward as well */
function keepAll(
  capturing: Capturing,
  { sets, askedAtMs }: { readonly sets: readonly FoundTokens[]; readonly askedAtMs: number },
): [string, string][] {
  const { port, context, trace, point, said, tokenUrl, matched } = capturing;
  const { host, port: tcpPort } = matched.authority;
  const request = { requestId: trace.requestId, runId: context.run.id, method: matched.method, host, port: tcpPort, path: matched.path };
  return sets.flatMap((found) => {
    const tokens = toCaptured(found, askedAtMs, said);
    const login = { run: context.run, point, field: found.declared.field, tokens, client: said.client, tokenUrl, request };
    try {
      return standInsOf(found, port.store(login));
    } catch (error) {
      throw notStored(capturing, error);
    }
  });
}

function toCaptured({ access, refresh, expiresInS, scopes }: FoundTokens, askedAtMs: number, said: TokenRequest): CapturedTokens {
  return {
    accessToken: new Secret(access),
    refreshToken: refresh === null ? null : new Secret(refresh),
    expiresAtMs: expiresInS === null ? null : askedAtMs + Math.floor(expiresInS * 1_000),
    scopes: scopes ?? said.scopes,
    obtainedAtMs: askedAtMs,
  };
}

function standInsOf({ declared, refresh }: FoundTokens, standIns: StandIns): [string, string][] {
  // Of a connection without a stand-in there is nothing that could stand in the answer: the text goes, empty.
  return [
    [declared.access, standIns.access],
    ...(refresh === null ? [] : ([[declared.refresh, standIns.refresh ?? ""]] as [string, string][])),
  ];
}

/** With placeholders where tokens were declared, and nothing of the tokens anywhere else. */
function rewritten({ answer, tokens, secrets }: Answered, texts: readonly [string, string][]): PlainAnswer {
  return withoutSecrets(tokens === null ? answer : withBody(answer, tokens.write(new Map(texts))), secrets);
}

function answerClient(client: ClientSide, { head, body }: PlainAnswer): void {
  if (client.isGone) return client.cut();
  client.start({ ...head, isEnd: client.isHttp2 && body.length === 0 });
  if (client.isHttp2 && body.length === 0) return;
  if (body.length > 0) client.write(body);
  client.finish([]);
}

function refused({ matched, point }: Capturing, why: string): KeywardError {
  return new KeywardError("CAPTURE_FAILED", `the answer of ${formatAuthority(matched.authority)} ${why}, so it was withheld`, {
    hint: `keyward login ${point.definition.id}`,
    detail: { provider: point.definition.id, host: matched.authority.host },
  });
}

function notStored({ matched, point }: Capturing, cause: unknown): KeywardError {
  const { code, hint } = cause instanceof KeywardError ? cause : { code: "INTERNAL", hint: undefined };
  return new KeywardError("CAPTURE_FAILED", `the tokens that ${formatAuthority(matched.authority)} gave could not be stored (${code})`, {
    hint: hint ?? `keyward login ${point.definition.id}`,
    detail: { provider: point.definition.id, host: matched.authority.host },
    cause,
  });
}
