// The one way an OAuth request leaves: https only, no redirect followed, a small answer, in time.
// In: the daemon's way to send one request. Out: a fetch for oauth4webapi. What comes back is put into plain form first
// (normalize-answer.ts). No address, code or token gets into an error.
import { KeywardError } from "../core/errors.ts";
import type { TokenDialect } from "../core/grant.ts";
import { headerValues } from "../core/headers.ts";
import { badAnswer } from "./oauth-error.ts";
import { normalizeAnswer } from "./answer/normalize-answer.ts";
import { retryAfterMs } from "./retry-after.ts";

export interface OAuthRequest {
  readonly method: string;
  readonly url: URL;
  /** Name and value in turn, without Host and Content-Length. */
  readonly headers: readonly string[];
  readonly body: string | null;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface OAuthAnswer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** There was more than `maxBytes`. */
  readonly isCut: boolean;
}

/** Rejects with UPSTREAM_* or TARGET_FORBIDDEN. */
export type OAuthSend = (request: OAuthRequest) => Promise<OAuthAnswer>;

/** Of every question; no honest answer of a token endpoint comes near the size. */
export const ANSWER_LIMITS = { timeoutMs: 15_000, maxBytes: 64 * 1_024 } as const;

export type OAuthFetch = (url: string, options: FetchOptions) => Promise<Response>;
interface FetchOptions {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: URLSearchParams | string | null | undefined;
}

/** @param dialect of the token endpoint, for requests to it */
export function asFetch(send: OAuthSend, dialect: TokenDialect = {}): OAuthFetch {
  return async (address, { method, headers, body }) => {
    const url = new URL(address);
    if (url.protocol !== "https:" || url.username !== "" || url.password !== "")
      throw new KeywardError("OAUTH_ANSWER", `${url.hostname} is not asked: an OAuth endpoint must be a plain https address`);
    const { text, type } = encodeBody(body, dialect);
    const own = lowerCased(dialect.headers ?? {});
    const sent = Object.entries({ ...headers, ...type, "user-agent": "keyward", ...own }).flat();
    const answer = await send({ method, url, headers: sent, body: text, ...ANSWER_LIMITS });
    return toResponse(answer, url.hostname, dialect);
  };
}

/** Notion, Atlassian and others take a token request as JSON only. */
function encodeBody(
  body: FetchOptions["body"],
  dialect: TokenDialect,
): { readonly text: string | null; readonly type: Readonly<Record<string, string>> } {
  const isJson = dialect.body === "json" && body instanceof URLSearchParams;
  if (!isJson) return { text: body?.toString() ?? null, type: {} };
  return { text: JSON.stringify(Object.fromEntries(body)), type: { "content-type": "application/json" } };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function toResponse(answer: OAuthAnswer, host: string, { nested }: TokenDialect): Response {
  refuseNoAnswer(answer, host);
  const { status, headers, body } = answer;
  if (body.length === 0) return new Response(null, { status });
  const type = (headerValues(headers, "content-type")[0] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const plain = normalizeAnswer({ status, type, text: body.toString("utf8"), nested });
  if (plain === null) throw badAnswer(host, `answered ${status} with something that is not JSON`);
  return new Response(JSON.stringify(plain.json), { status: plain.status, headers: { "content-type": "application/json" } });
}

/** A redirect, a server that is out of order, more than the limit. @throws OAUTH_ANSWER, OAUTH_BUSY */
export function refuseNoAnswer({ status, headers, isCut }: Omit<OAuthAnswer, "body">, host: string): void {
  if (status >= 300 && status < 400) throw badAnswer(host, `answered with a redirect (${status}), which is not followed`);
  if (status >= 500 || status === 429) throw busy(host, status, retryAfterMs(headers, Date.now()));
  if (isCut) throw badAnswer(host, `sent an answer of more than ${ANSWER_LIMITS.maxBytes / 1_024} KiB`);
}

function busy(host: string, status: number, waitMs: number | null): KeywardError {
  const retryAfterS = waitMs === null ? null : Math.ceil(waitMs / 1_000);
  return new KeywardError("OAUTH_BUSY", `${host} is out of order or busy (answer ${status})`, {
    hint: retryAfterS === null ? "try again in a while" : `try again in ${retryAfterS} s`,
    detail: { host, status, ...(retryAfterS === null ? {} : { retryAfterS }) },
  });
}
