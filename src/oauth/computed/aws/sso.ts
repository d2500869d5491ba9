// Temporary AWS keys of a role in IAM Identity Center: the session that `aws sso login` left in its cache is traded for them.
// In: that cached file, account, role. Out: three fields that the SigV4 place signs with. A session that ends is renewed where the file
// came with the means to; a renewed one is on the disk before it is used.
import { KeywardError } from "../../../core/errors.ts";
import type { GrantSource } from "../../../core/grant.ts";
import { badAnswer } from "../../oauth-error.ts";
import { ask, localTime } from "../ask.ts";
import { REGION, REGION_PATTERN, REGION_SHAPE, toTokens } from "./role.ts";
import { parseJsonObject } from "../json-object.ts";
import {
  type ComputedKind,
  type ComputedPorts,
  type ComputedRequest,
  emptyInput,
  input,
  readLine,
  type ReadContext,
  toSecrets,
  valueOf,
  wrongInput,
} from "../kind.ts";

const SESSION = input("session", "Cached session (JSON)", {
  secret: true,
  multiline: true,
  hint: "the file below ~/.aws/sso/cache that 'aws sso login' wrote",
});
const ACCOUNT = input("account_id", "Account id", { hint: "12 digits" });
const ROLE = input("role_name", "Role name", { hint: "the permission set, as 'aws configure sso' lists it" });
/** A session must outlast the question. */
const MIN_LEFT_MS = 60_000;

export const awsSso: ComputedKind = {
  inputs: [SESSION, ACCOUNT, ROLE, REGION],
  fileInput: SESSION.name,

  read(typed, context) {
    const file = readCache(typed["session"] ?? "", context);
    const region = (typed["region"] ?? "").trim();
    return toSecrets({
      ...file,
      account_id: readLine(typed, ACCOUNT, { pattern: /^\d{12}$/, shape: "12 digits", context }),
      role_name: readLine(typed, ROLE, { pattern: /^[\w+=,.@-]{1,64}$/, shape: "letters, digits and any of +=,.@-", context }),
      region: readLine({ region: region === "" ? file.region : region }, REGION, { pattern: REGION_PATTERN, shape: REGION_SHAPE, context }),
    });
  },

  async obtain(request, ports) {
    const source = await freshSession(request, ports);
    const url = new URL(request.tokenUrl);
    url.searchParams.set("role_name", valueOf(source, "role_name"));
    url.searchParams.set("account_id", valueOf(source, "account_id"));
    const headers = ["x-amz-sso_bearer_token", valueOf(source, "access_token"), "accept", "application/json"];
    const reply = await ask({ method: "GET", url: url.href, headers, body: null }, ports);
    const { context } = request;
    if (reply.status === 401) throw ended(context);
    if (reply.status === 403 || reply.status === 404)
      throw new KeywardError("OAUTH_DENIED", `access was denied: this session has no such role in this account (${context.name})`, {
        hint: context.again,
      });
    const keys = (reply.json["roleCredentials"] ?? {}) as Record<string, unknown>;
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = keys;
    const tokens = toTokens({ accessKeyId, secretAccessKey, sessionToken, expiresAtMs: localTime(expiration, reply) });
    if (reply.status !== 200 || tokens === null) throw badAnswer(url.host, `gave no temporary keys (${reply.status})`);
    return source === request.source ? tokens : { ...tokens, source };
  },
};

/** The session as it is while it holds, else a renewed one (SSO OIDC CreateToken). */
async function freshSession(request: ComputedRequest, ports: ComputedPorts): Promise<GrantSource> {
  const { source, refreshUrl, context } = request;
  if (Number(valueOf(source, "expires_at_ms")) - ports.clock.nowMs() >= MIN_LEFT_MS) return source;
  const refreshToken = valueOf(source, "refresh_token");
  if (refreshToken === "" || refreshUrl === null) throw ended(context);
  const askedAtMs = ports.clock.nowMs();
  const body = JSON.stringify({
    clientId: valueOf(source, "client_id"),
    clientSecret: valueOf(source, "client_secret"),
    grantType: "refresh_token",
    refreshToken,
  });
  const headers = ["content-type", "application/json", "accept", "application/json"];
  // Once: a server that rotates takes a refresh token that comes twice for a stolen one.
  const reply = await ask({ method: "POST", url: refreshUrl, headers, body }, ports);
  const { accessToken, refreshToken: next, expiresIn } = reply.json;
  if (reply.status >= 400) throw ended(context);
  if (typeof accessToken !== "string" || typeof expiresIn !== "number") throw badAnswer(new URL(refreshUrl).host, "gave no session");
  const changed = toSecrets({
    access_token: accessToken,
    expires_at_ms: String(askedAtMs + expiresIn * 1_000),
    ...(typeof next === "string" ? { refresh_token: next } : {}),
  });
  const renewed: GrantSource = { ...source, values: { ...source.values, ...changed } };
  ports.keep?.(renewed);
  return renewed;
}

function readCache(
  text: string,
  context: ReadContext,
): Record<"access_token" | "expires_at_ms" | "region" | "refresh_token" | "client_id" | "client_secret", string> {
  if (text.trim() === "") throw emptyInput(SESSION.name, SESSION.label, context);
  const file = parseJsonObject(text);
  const again = "run 'aws sso login', then pick the newest file below ~/.aws/sso/cache";
  if (file === null)
    throw wrongInput(SESSION.name, "this is not JSON: the cached session of 'aws sso login' is needed, whole", { ...context, hint: again });
  const member = (name: string): string => (typeof file[name] === "string" ? file[name] : "");
  if (member("accessToken") === "")
    throw wrongInput(SESSION.name, "this JSON is no cached session: it has no 'accessToken' (a client registration is kept beside it)", {
      ...context,
      hint: again,
    });
  const expiresAtMs = Date.parse(member("expiresAt").replace(/UTC$/, "Z"));
  if (Number.isNaN(expiresAtMs))
    throw wrongInput(SESSION.name, "this cached session does not say when it ends ('expiresAt')", { ...context, hint: again });
  return {
    access_token: member("accessToken"),
    expires_at_ms: String(expiresAtMs),
    region: member("region"),
    refresh_token: member("clientId") === "" ? "" : member("refreshToken"),
    client_id: member("clientId"),
    client_secret: member("clientSecret"),
  };
}

function ended({ name, again }: ComputedRequest["context"]): KeywardError {
  return new KeywardError("OAUTH_GRANT", `the session of IAM Identity Center has ended (${name})`, {
    hint: `aws sso login, then: ${again}`,
  });
}
