// Sends the one request that trades what is signed here for a credential, and puts up with a clock that is wrong.
// In: how to make the request for a moment in time. Out: the answer, and how far this machine's clock is off. https only, no redirect
// followed, 64 KiB at most; nothing of an answer is repeated in an error.
import { headerValues } from "../../core/headers.ts";
import { badAnswer } from "../oauth-error.ts";
import { ANSWER_LIMITS, type OAuthAnswer, refuseNoAnswer } from "../send.ts";
import { parseJsonObject } from "./json-object.ts";
import type { ComputedPorts } from "./kind.ts";

export interface Question {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** Name and value in turn. */
  readonly headers: readonly string[];
  readonly body: string | null;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** The members of a JSON object; empty when it is none. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The server's clock is ahead of this machine's by so much. */
  readonly skewMs: number;
}

/** Servers allow for seconds, and the Date field has no more than seconds. */
const SKEW_LIMIT_MS = 30_000;
const REFUSED = new Set([400, 401, 403]);

/** A signature made by a wrong clock is refused; the answer tells the time, so it is asked once more by that. @throws OAUTH_*, UPSTREAM_* */
export async function askOnTime(makeQuestion: (nowMs: number) => Question, ports: Pick<ComputedPorts, "send" | "clock">): Promise<Reply> {
  const first = await ask(makeQuestion(ports.clock.nowMs()), ports);
  if (!REFUSED.has(first.status) || Math.abs(first.skewMs) < SKEW_LIMIT_MS) return first;
  return ask(makeQuestion(ports.clock.nowMs() + first.skewMs), ports);
}

/** Once. @throws OAUTH_*, UPSTREAM_* */
export async function ask(
  { method, url: address, headers, body }: Question,
  { send, clock }: Pick<ComputedPorts, "send" | "clock">,
): Promise<Reply> {
  const url = new URL(address);
  if (url.protocol !== "https:") throw badAnswer(url.host, "is not asked: it must be a plain https address");
  const sent = [...headers, "user-agent", "keyward"];
  const answer = await send({ method, url, headers: sent, body, ...ANSWER_LIMITS });
  return toReply(answer, { host: url.host, nowMs: clock.nowMs() });
}

function toReply(answer: OAuthAnswer, { host, nowMs }: { readonly host: string; readonly nowMs: number }): Reply {
  refuseNoAnswer(answer, host);
  const { status, headers, body } = answer;
  const serverMs = Date.parse(headerValues(headers, "date")[0] ?? "");
  const skewMs = Number.isNaN(serverMs) || Math.abs(serverMs - nowMs) < SKEW_LIMIT_MS ? 0 : serverMs - nowMs;
  const text = body.toString("utf8");
  return { status, text, json: parseJsonObject(text) ?? {}, skewMs };
}

/** A time the server names, by this machine's clock. null for what is no time. */
export function localTime(text: unknown, { skewMs }: Reply): number | null {
  const ms = typeof text === "number" ? text : Date.parse(typeof text === "string" ? text : "");
  return Number.isFinite(ms) && ms > 0 ? ms - skewMs : null;
}
