// The hub's HTTP application: every route of the list behind the same checks, with its own OpenAPI document.
// In: the parts and the routes. Out: a hono app. A request's body, query and token are in no log line and no error.
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { KeywardError } from "../../core/errors.ts";
import { randomText } from "../../core/ids.ts";
import type { HubParts } from "../hub-parts.ts";
import { bearerToken } from "./caller.ts";
import { toHubAnswer } from "./hub-error.ts";
import { limitBody } from "./input/limit-body.ts";
import { addMetrics } from "./metrics.ts";
import { describeApi, openApiOf } from "./open-api.ts";
import { readInput } from "./input/read-input.ts";
import type { Origin, RouteSpec } from "./route.ts";
import { serveRoute } from "./serve-route.ts";

export interface HubEnv {
  readonly Variables: { requestId: string; ip: string };
  readonly Bindings: { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
}

export type HubApp = OpenAPIHono<HubEnv>;

const METHODS = ["get", "post", "patch", "put", "delete"] as const;

export function createHubApp(hub: HubParts, routes: readonly RouteSpec[]): HubApp {
  const app: HubApp = new OpenAPIHono<HubEnv>();
  const safeHeaders = hub.publicUrl.startsWith("https:") ? { ...SAFE_HEADERS, ...ONLY_TLS } : SAFE_HEADERS;
  addMetrics(app);
  app.use(async (context, next) => {
    const requestId = `req_${randomText(16)}`;
    context.set("requestId", requestId);
    context.set("ip", hub.addressOf(context.env?.incoming?.socket?.remoteAddress, context.req.header("x-forwarded-for")));
    await next();
    for (const [name, value] of Object.entries(safeHeaders)) context.header(name, value);
    context.header("x-request-id", requestId);
  });
  app.use(limitBody);
  app.onError((error, context) => answerError(hub, context, error));
  app.notFound((context) => answerError(hub, context, nothingHere(app, context)));
  for (const spec of routes) register(app, hub, spec);
  refuseOtherMethods(app, routes);
  // Made once: anybody may ask, and it is the same for all.
  let described: object | undefined;
  app.get("/v1/openapi.json", (context) => context.json((described ??= describeApi(app))));
  return app;
}

/** `no-referrer` would make browsers send `Origin: null` with the forms of the hub's own pages. */
const SAFE_HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "same-origin" } as const;

/** RFC 6797: a browser that was here once asks over plain http never again. */
const ONLY_TLS = { "strict-transport-security": "max-age=31536000" } as const;

function register(app: HubApp, hub: HubParts, spec: RouteSpec): void {
  app.openAPIRegistry.registerPath(openApiOf(spec));
  app.on(spec.method.toUpperCase(), honoPath(spec.path), async (context) => {
    const answer = await serveRoute(spec, hub, {
      token: bearerToken(context.req.header("authorization")),
      idempotencyKey: context.req.header("idempotency-key"),
      ...(await readInput(spec, context)),
      from: originOf(context),
      signal: context.req.raw.signal,
    });
    return answer.status === 204 || answer.status === 304
      ? context.body(null, answer.status)
      : context.json(answer.body as object, answer.status as 200);
  });
}

/** `/v1/secrets/{secret_id}:access` → hono's `/v1/secrets/:secret_id{[^/:]+:access}`. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}(:\w+)?/g, ":$1{[^/:]+$2}");
}

/** A known address asked with another method says which it takes (RFC 9110 §15.5.6). */
function refuseOtherMethods(app: HubApp, routes: readonly RouteSpec[]): void {
  for (const path of new Set(routes.map((spec) => spec.path))) {
    const taken = routes.filter((spec) => spec.path === path).map((spec) => spec.method);
    for (const method of METHODS.filter((each) => !taken.includes(each))) {
      app.on(method.toUpperCase(), honoPath(path), (context) => {
        context.header("allow", taken.map((each) => each.toUpperCase()).join(", "));
        throw new KeywardError("HUB_METHOD", `${method.toUpperCase()} is not served here`);
      });
    }
  }
}

/** For the addresses beside the API: pages, OAuth endpoints, health. */
function nothingHere(app: HubApp, context: Context<HubEnv>): KeywardError {
  const taken = app.routes.filter(({ path, method }) => path === context.req.path && method !== "ALL").map(({ method }) => method);
  if (taken.length === 0) return new KeywardError("HUB_NOT_FOUND", "there is nothing at this address");
  context.header("allow", [...new Set(taken)].join(", "));
  return new KeywardError("HUB_METHOD", `${context.req.method} is not served here`);
}

export function originOf(context: Context<HubEnv>): Origin {
  const ifMatch = context.req.header("if-match");
  return {
    requestId: context.get("requestId"),
    ip: context.get("ip") ?? "unknown",
    userAgent: (context.req.header("user-agent") ?? "").replaceAll(/[^ -~]/g, "").slice(0, 200),
    ifMatch: ifMatch === undefined || ifMatch.trim() === "*" ? null : ifMatch.replaceAll(/^(?:W\/)?"|"$/g, ""),
    workspace: context.req.header("x-keyward-workspace"),
    publicKey: context.req.header("x-keyward-public-key") ?? null,
  };
}

function answerError(hub: HubParts, context: Context<HubEnv>, error: unknown): Response {
  const answer = toHubAnswer(error, context.get("requestId") ?? "req_unknown", hub.log);
  return context.json(answer.body, answer.status as 500, { ...answer.headers });
}
