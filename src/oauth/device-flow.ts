// The device flow (RFC 8628): a code to type on any device, then polling until it was, was refused or has run out.
// In: endpoints, client, scopes; a way to wait. Out: what to show, then tokens. Lost connections and a busy server only slow it down.
import * as oauth from "oauth4webapi";
import type { Clock } from "../core/clock.ts";
import { KeywardError } from "../core/errors.ts";
import { type OAuthClient, type OAuthEndpoints, resourceOf, toClientAuth, toServer } from "./endpoints.ts";
import { badAnswer, oauthError, type OAuthContext, serverErrorOf } from "./oauth-error.ts";
import { asFetch, type OAuthSend } from "./send.ts";
import { type TokenSet, toTokenSet } from "./token-set.ts";

export interface DeviceRequest {
  readonly endpoints: OAuthEndpoints;
  readonly client: OAuthClient;
  readonly scopes: readonly string[];
  readonly scopeSeparator?: string;
  readonly context: OAuthContext;
}

export interface DevicePorts {
  readonly send: OAuthSend;
  readonly clock: Clock;
  /** Rejects when the login ends meanwhile. */
  readonly wait: (ms: number) => Promise<void>;
}

export interface DeviceCode {
  readonly userCode: string;
  readonly verificationUrl: string;
  /** With the code in it; null when the server has none. */
  readonly completeUrl: string | null;
  readonly expiresAtMs: number;
  /** Until the code was entered. @throws OAUTH_DENIED, LOGIN_EXPIRED, OAUTH_* */
  poll(): Promise<TokenSet>;
}

/** RFC 8628 §3.2: when the server does not say. */
const DEFAULT_INTERVAL_S = 5;
/** RFC 8628 §3.5. */
const SLOW_DOWN_S = 5;
const MIN_INTERVAL_S = 1;
/** Doubling after lost connections ends here. */
const MAX_INTERVAL_S = 60;

/** @throws OAUTH_UNSUPPORTED, OAUTH_*, UPSTREAM_* */
export async function startDevice(request: DeviceRequest, ports: DevicePorts): Promise<DeviceCode> {
  const { endpoints, client, scopes, scopeSeparator = " ", context } = request;
  if (endpoints.deviceAuthorizationUrl === null)
    throw new KeywardError("OAUTH_UNSUPPORTED", `${context.name} has no login with a code`, { hint: `${context.again} --flow browser` });
  const server = toServer(endpoints);
  const library = { client_id: client.id };
  const askedAtMs = ports.clock.nowMs();
  try {
    const parameters = { ...resourceOf(endpoints), ...(scopes.length === 0 ? {} : { scope: scopes.join(scopeSeparator) }) };
    const response = await oauth.deviceAuthorizationRequest(server, library, toClientAuth(client), parameters, {
      [oauth.customFetch]: asFetch(ports.send),
    });
    const answer = await oauth.processDeviceAuthorizationResponse(server, library, response);
    const deadlineMs = askedAtMs + answer.expires_in * 1_000;
    const host = new URL(endpoints.deviceAuthorizationUrl).hostname;
    return {
      userCode: shown(answer.user_code, 64, host),
      verificationUrl: checkUrl(answer.verification_uri, host),
      completeUrl: answer.verification_uri_complete === undefined ? null : checkUrl(answer.verification_uri_complete, host),
      expiresAtMs: deadlineMs,
      poll: () => poll({ ...request, deviceCode: answer.device_code, intervalS: answer.interval ?? DEFAULT_INTERVAL_S, deadlineMs }, ports),
    };
  } catch (error) {
    throw oauthError(error, context);
  }
}

type Polling = DeviceRequest & { readonly deviceCode: string; readonly intervalS: number; readonly deadlineMs: number };

async function poll(polling: Polling, ports: DevicePorts): Promise<TokenSet> {
  let intervalS = Math.max(MIN_INTERVAL_S, polling.intervalS);
  for (;;) {
    if (ports.clock.nowMs() + intervalS * 1_000 >= polling.deadlineMs) {
      await ports.wait(Math.max(0, polling.deadlineMs - ports.clock.nowMs()));
      throw new KeywardError("LOGIN_EXPIRED", `the code expired before it was entered (${polling.context.name})`, {
        hint: polling.context.again,
      });
    }
    await ports.wait(intervalS * 1_000);
    const outcome = await askOnce(polling, ports);
    if (typeof outcome !== "string") return outcome;
    if (outcome === "slow_down") intervalS += SLOW_DOWN_S;
    // RFC 8628 §3.5: exponential back-off where connections time out.
    if (outcome === "lost") intervalS = Math.min(MAX_INTERVAL_S, intervalS * 2);
  }
}

async function askOnce(polling: Polling, { send, clock }: DevicePorts): Promise<TokenSet | "pending" | "slow_down" | "lost"> {
  const { endpoints, client, deviceCode, context } = polling;
  const server = toServer(endpoints);
  const library = { client_id: client.id };
  const askedAtMs = clock.nowMs();
  try {
    const response = await oauth.deviceCodeGrantRequest(server, library, toClientAuth(client), deviceCode, {
      [oauth.customFetch]: asFetch(send, endpoints.dialect),
      additionalParameters: resourceOf(endpoints),
    });
    return toTokenSet(await oauth.processDeviceCodeResponse(server, library, response), askedAtMs, endpoints.dialect);
  } catch (error) {
    const said = serverErrorOf(error);
    if (said === "authorization_pending") return "pending";
    if (said === "slow_down") return "slow_down";
    const known = oauthError(error, context);
    if (known.code === "OAUTH_BUSY" || known.code.startsWith("UPSTREAM_")) return "lost";
    throw known;
  }
}

/** The person is sent there and types what is shown: no other scheme, and no characters that make it look like something else. */
function checkUrl(text: string, host: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.protocol !== "https:" || url.username !== "" || text.length > 2_048)
    throw badAnswer(host, "names a page for the code that is not a plain https address");
  return url.href;
}

function shown(text: string, maxChars: number, host: string): string {
  if (text.length <= maxChars && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)) return text;
  throw badAnswer(host, "gave a code that cannot be typed");
}
