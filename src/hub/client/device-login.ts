// A device login from the program's side (RFC 8628): ask for codes, then poll until someone has decided.
// In: a client and what is wanted. Out: tokens and what they are for. Network trouble backs off and goes on; only the hub's word or the clock ends it.
import { KeywardError } from "../../core/errors.ts";
import type { HubClient } from "./hub-client.ts";

export interface DeviceLoginRequest {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly hostName: string;
}

export interface DeviceCodes {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string;
  readonly expiresInS: number;
  readonly intervalS: number;
}

export interface HubTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInS: number;
  readonly scopes: readonly string[];
  readonly sessionId: string;
  readonly user: { readonly id: string; readonly email: string } | null;
  readonly tenant: { readonly id: string; readonly name: string };
  readonly workspace: { readonly id: string; readonly slug: string; readonly name: string } | null;
}

const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
/** RFC 8628 §3.2: when the server does not say. */
const DEFAULT_INTERVAL_S = 5;
const SLOWER_S = 5;
const MAX_INTERVAL_S = 60;

/** @throws HUB_UNREACHABLE, HUB_INVALID for a scope or client the hub does not take */
export async function beginDeviceLogin(client: HubClient, request: DeviceLoginRequest): Promise<DeviceCodes> {
  const form = new URLSearchParams({ client_id: request.clientId, host_name: request.hostName });
  if (request.scopes.length > 0) form.set("scope", request.scopes.join(" "));
  const { status, body } = await client.send({ method: "POST", path: "/oauth/device_authorization", body: form });
  const answer = body as Record<string, unknown> | null;
  if (status !== 200) throw refusal(answer);
  const uri = textOf(answer?.["verification_uri"]);
  const complete = textOf(answer?.["verification_uri_complete"]) || uri;
  if (!isWebAddress(uri) || !isWebAddress(complete)) throw new KeywardError("HUB_UNREACHABLE", "the address does not answer as a hub does");
  return {
    deviceCode: textOf(answer?.["device_code"]),
    userCode: textOf(answer?.["user_code"]).replaceAll(/[^\w-]/g, ""),
    verificationUri: uri,
    verificationUriComplete: complete,
    expiresInS: Number(answer?.["expires_in"]) || 600,
    intervalS: Number(answer?.["interval"]) || DEFAULT_INTERVAL_S,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

export interface Polling {
  readonly codes: DeviceCodes;
  readonly clientId: string;
  readonly deadlineMs: number;
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

/** @throws LOGIN_CANCELLED when it was refused, LOGIN_EXPIRED, and the reason of `sleep` when that is aborted */
export async function pollDeviceLogin(client: HubClient, polling: Polling): Promise<HubTokens> {
  const { codes, clientId, deadlineMs } = polling;
  let intervalS = codes.intervalS;
  const form = new URLSearchParams({ grant_type: DEVICE_GRANT, client_id: clientId, device_code: codes.deviceCode });
  for (;;) {
    await polling.sleep(intervalS * 1_000);
    if (polling.nowMs() >= deadlineMs) throw expired();
    const answer = await ask(client, form);
    if (answer === null) intervalS = Math.min(intervalS * 2, MAX_INTERVAL_S);
    else if (answer.status === 200) return readTokens(answer.body as Record<string, unknown>);
    else {
      const error = (answer.body as { error?: unknown } | null)?.error;
      if (error === "slow_down") intervalS = Math.min(intervalS + SLOWER_S, MAX_INTERVAL_S);
      else if (error === "access_denied") throw new KeywardError("LOGIN_CANCELLED", "the login was refused in the browser");
      else if (error === "expired_token" || error === "invalid_grant") throw expired();
      else if (error !== "authorization_pending" && answer.status !== 429) throw refusal(answer.body as Record<string, unknown>);
    }
  }
}

/** Null: the network or the hub had a bad moment. */
async function ask(client: HubClient, form: URLSearchParams): Promise<{ status: number; body: unknown } | null> {
  try {
    const answer = await client.send({ method: "POST", path: "/oauth/token", body: form });
    return answer.status >= 500 ? null : answer;
  } catch (error) {
    if (error instanceof KeywardError && error.code === "HUB_UNREACHABLE") return null;
    throw error;
  }
}

function expired(): KeywardError {
  return new KeywardError("LOGIN_EXPIRED", "nobody confirmed the login in time", { hint: "keyward auth login" });
}

function refusal(answer: Record<string, unknown> | null): KeywardError {
  const word = typeof answer?.["error"] === "string" ? answer["error"] : "no reason";
  const code = word === "invalid_scope" || word === "invalid_client" ? "HUB_INVALID" : "HUB_LOGIN_REQUIRED";
  return new KeywardError(code, `the hub refused the login (${word.replaceAll(/[^\w ]/g, "")})`);
}

/** RFC 6749 §5.1, with what the hub says beside it. @throws HUB_UNREACHABLE for an answer without tokens */
export function readTokens(answer: Record<string, unknown>): HubTokens {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn, tenant } = answer;
  if (typeof accessToken !== "string" || typeof refreshToken !== "string" || typeof tenant !== "object" || tenant === null) {
    throw new KeywardError("HUB_UNREACHABLE", "the address does not answer as a hub does");
  }
  return {
    accessToken,
    refreshToken,
    expiresInS: Number(expiresIn) || 3_600,
    scopes: textOf(answer["scope"])
      .split(" ")
      .filter((scope) => scope !== ""),
    sessionId: textOf(answer["session_id"]),
    user: (answer["user"] as HubTokens["user"]) ?? null,
    tenant: tenant as HubTokens["tenant"],
    workspace: (answer["workspace"] as HubTokens["workspace"]) ?? null,
  };
}
