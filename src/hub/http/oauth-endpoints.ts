// The hub as an authorization server: device login, refresh, revocation, introspection, metadata. Forms in, JSON out, RFC 6749's words for errors.
// In: public clients without a secret. Out: tokens. Each endpoint is the RFC's section it names.
import type { Context } from "hono";
import { KeywardError } from "../../core/errors.ts";
import { beginLogin } from "../device/begin-login.ts";
import { pollLogin } from "../device/poll-login.ts";
import type { HubParts } from "../hub-parts.ts";
import { findCredential } from "../tokens/credentials.ts";
import { expandScopes, SCOPES } from "../tokens/scopes.ts";
import { endSession, refreshSession, type TokenPair } from "../tokens/sessions.ts";
import { authenticate, bearerToken, parseScopes } from "./caller.ts";
import { type HubAnswer, toHubAnswer } from "./hub-error.ts";
import { type HubApp, type HubEnv, originOf } from "./hub-app.ts";
import { addressGroup } from "./input/client-address.ts";
import type { RateLimit } from "./rate-limit.ts";

export const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

type Ctx = Context<HubEnv>;

/** RFC 6749 §5.2 and RFC 8628 §3.5. */
class OAuthRefusal extends Error {
  readonly error: string;
  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}

export function addOAuthEndpoints(app: HubApp, hub: HubParts, limit: RateLimit): void {
  const endpoint = (path: string, act: (context: Ctx, form: URLSearchParams) => Promise<Response>): void => {
    app.post(path, async (context) => {
      try {
        limit.require("auth", addressGroup(originOf(context).ip));
        return await act(context, await readForm(context));
      } catch (error) {
        if (error instanceof OAuthRefusal) return context.json({ error: error.error, error_description: error.message }, 400);
        const answer = toHubAnswer(error, context.get("requestId"), hub.log);
        return context.json(inOAuthWords(answer), answer.status as 503, { ...answer.headers });
      }
    });
  };
  endpoint("/oauth/device_authorization", (context, form) => authorizeDevice(hub, context, form));
  endpoint("/oauth/token", (context, form) => giveTokens(hub, context, form));
  endpoint("/oauth/revoke", (context, form) => revoke(hub, context, form));
  endpoint("/oauth/introspect", (context, form) => introspect(hub, context, form));
  app.get("/.well-known/oauth-authorization-server", (context) => context.json(metadata(hub.publicUrl)));
}

/** What is no refusal of the request itself, in the form a program expects here: it reads `error` as a word (RFC 6749 §5.2). */
function inOAuthWords({ status, body }: HubAnswer): object {
  const words: Readonly<Record<number, string>> = {
    401: "invalid_token",
    413: "invalid_request",
    429: "slow_down",
    503: "temporarily_unavailable",
  };
  return { error: words[status] ?? "server_error", error_description: body.error.message, request_id: body.error.request_id };
}

/** RFC 8414. */
function metadata(issuer: string): object {
  return {
    issuer,
    device_authorization_endpoint: `${issuer}/oauth/device_authorization`,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    grant_types_supported: [DEVICE_GRANT, "refresh_token"],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ["none"],
    scopes_supported: ["cli", ...Object.keys(SCOPES)],
    "x-keyward-client-id": "keyward-cli",
  };
}

async function readForm(context: Ctx): Promise<URLSearchParams> {
  const type = context.req.header("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded(?:\s*;|$)/i.test(type)) throw new OAuthRefusal("invalid_request", "send a form");
  const form = new URLSearchParams(await context.req.text());
  for (const name of form.keys()) if (form.getAll(name).length > 1) throw new OAuthRefusal("invalid_request", "a parameter is there twice");
  if (String(form).includes("%00")) throw new OAuthRefusal("invalid_request", "a parameter holds a NUL");
  return form;
}

const CLIENT_ID = /^[A-Za-z0-9._-]{1,64}$/;

function clientOf(form: URLSearchParams): string {
  const clientId = form.get("client_id") ?? "";
  if (!CLIENT_ID.test(clientId)) throw new OAuthRefusal("invalid_client", "client_id is missing or malformed");
  return clientId;
}

/** RFC 8628 §3.1 and §3.2. `host_name` is an extension: what the person is told the machine calls itself. */
async function authorizeDevice(hub: HubParts, context: Ctx, form: URLSearchParams): Promise<Response> {
  const scopes = expandScopes((form.get("scope") ?? "cli").split(" ").filter((name) => name !== ""));
  if (scopes === null || scopes.length === 0) throw new OAuthRefusal("invalid_scope", "one of the scopes does not exist");
  const { ip, userAgent } = originOf(context);
  const hostName = (form.get("host_name") ?? "").replaceAll(/[^\w .@-]/g, "").slice(0, 80) || "unnamed machine";
  const login = await beginLogin(hub, { clientId: clientOf(form), scopes, hostName, ip, userAgent });
  return context.json({
    device_code: login.deviceCode,
    user_code: login.userCode,
    verification_uri: `${hub.publicUrl}/device`,
    verification_uri_complete: `${hub.publicUrl}/device?user_code=${login.userCode}`,
    expires_in: login.expiresInS,
    interval: login.intervalS,
  });
}

/** RFC 6749 §6, RFC 8628 §3.4. */
async function giveTokens(hub: HubParts, context: Ctx, form: URLSearchParams): Promise<Response> {
  const grant = form.get("grant_type");
  if (grant === DEVICE_GRANT) {
    const { ip, userAgent } = originOf(context);
    const polled = await pollLogin(hub, { deviceCode: form.get("device_code") ?? "", clientId: clientOf(form), ip, userAgent });
    if ("error" in polled) throw new OAuthRefusal(polled.error, POLL_WORDS[polled.error]);
    return context.json(await tokenReply(hub, polled.pair));
  }
  if (grant === "refresh_token") {
    const refreshed = await hub.storage.within({}, (tx) => refreshSession(tx, hub, form.get("refresh_token") ?? ""));
    if (refreshed.outcome === "refreshed") return context.json(await tokenReply(hub, refreshed.pair));
    throw new OAuthRefusal(
      "invalid_grant",
      refreshed.outcome === "reused" ? "used before: the session was ended" : "expired, ended or unknown",
    );
  }
  throw new OAuthRefusal("unsupported_grant_type", "this hub takes device codes and refresh tokens");
}

const POLL_WORDS = {
  authorization_pending: "nobody has decided yet",
  slow_down: "poll less often",
  access_denied: "the person said no",
  expired_token: "the code is over",
  invalid_grant: "the code is unknown or was used",
} as const;

/** RFC 6749 §5.1, and what the login was for: the workspace chosen in the browser, the scopes that were granted. */
async function tokenReply(hub: HubParts, { accessToken, refreshToken, expiresInS, session }: TokenPair): Promise<object> {
  const place = await hub.storage.within({ tenantId: session.tenant_id, workspaceId: "*", key: session.user_id }, async ({ db }) => ({
    tenant: await db.selectFrom("tenant").select("name").where("tenant_id", "=", session.tenant_id).executeTakeFirstOrThrow(),
    workspace: await db
      .selectFrom("workspace")
      .select(["workspace_id", "slug", "name"])
      .where("tenant_id", "=", session.tenant_id)
      .where("workspace_id", "=", session.workspace_id ?? "")
      .executeTakeFirst(),
    user: await db.selectFrom("user_account").select(["user_id", "email"]).where("user_id", "=", session.user_id).executeTakeFirst(),
  }));
  const { tenant, workspace, user } = place;
  return {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: expiresInS,
    refresh_token: refreshToken,
    scope: parseScopes(session.scopes).join(" "),
    session_id: session.session_id,
    user: user === undefined ? null : { id: user.user_id, email: user.email },
    tenant: { id: session.tenant_id, name: tenant.name },
    workspace: workspace === undefined ? null : { id: workspace.workspace_id, slug: workspace.slug, name: workspace.name },
  };
}

/** RFC 7009: a token ends its whole session; one nobody knows is a success too. */
async function revoke(hub: HubParts, context: Ctx, form: URLSearchParams): Promise<Response> {
  const token = form.get("token") ?? "";
  await hub.storage.within({}, async (tx) => {
    const row = await findCredential(tx, hub.digester, { token, kinds: ["ses", "ref"] });
    if (row === null || row.tenant_id === null) return;
    await endSession(tx, { tenant_id: row.tenant_id, session_id: row.subject_id }, hub.clock.nowMs());
  });
  return context.body(null, 200);
}

/** RFC 7662, for whoever has a valid token itself: a gateway asks about run tokens of its own workspace. */
async function introspect(hub: HubParts, context: Ctx, form: URLSearchParams): Promise<Response> {
  const answer = await hub.storage.within({}, async (tx) => {
    // Outside the try: who asks without a token gets a 401, not an answer.
    const asking = await authenticate(tx, hub, bearerToken(context.req.header("authorization")));
    try {
      const asked = await authenticate(tx, hub, form.get("token"));
      const isVisible = asked.tenantId === asking.tenantId && (asking.userId !== null || asked.workspaceId === asking.workspaceId);
      if (!isVisible) return { active: false };
      const { kind, scopes, workspaceId, subjectId } = asked;
      return {
        active: true,
        token_type: "Bearer",
        scope: scopes.join(" "),
        sub: subjectId,
        kind,
        workspace_id: workspaceId,
        connections: asked.connections,
      };
    } catch (error) {
      if (error instanceof KeywardError && error.code === "HUB_LOGIN_REQUIRED") return { active: false };
      throw error;
    }
  });
  return context.json(answer);
}
