// Answers of an authorization server made by hand, and a way to send that gives them one after the other. Nothing leaves the process.
import { headerValues } from "../../src/core/headers.ts";
import type { OAuthAnswer, OAuthRequest, OAuthSend } from "../../src/oauth/send.ts";

export const NOW_MS = 1_700_000_000_000;
export const clock = { nowMs: () => NOW_MS };
export const context = { name: "Acme", again: "keyward login acme --flow browser" };

export function answer(status: number, body: unknown, type = "application/json"): OAuthAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: ["Content-Type", type], body: Buffer.from(text), isCut: false };
}

export interface Scripted {
  readonly send: OAuthSend;
  readonly requests: OAuthRequest[];
  /** The parameters of a request's form body, or of its query. */
  sent(index?: number): Record<string, string>;
}

/** By path when an object is given, in turn when a list is; 404 and the last answer when there is no other. */
export function scripted(answers: readonly (OAuthAnswer | Error)[] | Readonly<Record<string, OAuthAnswer>>): Scripted {
  const requests: OAuthRequest[] = [];
  const next = (request: OAuthRequest): OAuthAnswer | Error => {
    if (!isList(answers)) return answers[request.url.pathname] ?? answer(404, "");
    return answers[Math.min(requests.length, answers.length) - 1] ?? answer(404, "");
  };
  const send: OAuthSend = (request) => {
    requests.push(request);
    const given = next(request);
    return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
  };
  const sent = (index = -1): Record<string, string> => Object.fromEntries(new URLSearchParams(requests.at(index)?.body ?? ""));
  return { send, requests, sent };
}

function isList(answers: unknown): answers is readonly (OAuthAnswer | Error)[] {
  return Array.isArray(answers);
}

export function headerOf(request: OAuthRequest | undefined, name: string): string | undefined {
  return headerValues(request?.headers ?? [], name)[0];
}

/** The code of the error it ends with; "nothing" when it does not. */
export function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "nothing",
    (error: { code: string }) => error.code,
  );
}

/** An ID token as it stands on the wire; nobody looks at its signature. */
export function idToken(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part(claims)}.c2ln`;
}
