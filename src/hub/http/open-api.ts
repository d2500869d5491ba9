// The OpenAPI 3.1 document, made from the routes themselves: what is served and what is described cannot differ.
// In: routes. Out: hono's route definitions, and the document. docs/hub-api.json is held equal to it by a test.
import type { createRoute } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { HubApp } from "./hub-app.ts";
import type { RouteSpec } from "./route.ts";

const errorSchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      path: z.string().optional(),
      request_id: z.string(),
      next_steps: z.array(z.object({ command: z.string() })).optional(),
    }),
  })
  .openapi("Error");

type RouteConfig = Parameters<typeof createRoute>[0];

const MEANINGS: Readonly<Record<number, string>> = {
  400: "the body is not valid JSON",
  401: "no valid token",
  403: "not allowed, or no workspace named",
  404: "no such thing, or none the caller may see",
  409: "conflict",
  413: "the body is too large",
  415: "not application/json",
  422: "a field is wrong",
  429: "too many requests",
  503: "the database is away",
};

export function openApiOf(spec: RouteSpec): RouteConfig {
  const json = (schema: z.ZodType): object => ({ content: { "application/json": { schema } } });
  const refusals = Object.keys(MEANINGS)
    .map(Number)
    .filter((status) => canAnswer(spec, status));
  const responses = Object.fromEntries(refusals.map((status) => [status, { description: MEANINGS[status], ...json(errorSchema) }]));
  return {
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    operationId: operationId(spec),
    security: spec.access.to === "anyone" ? [] : [{ bearer: [] }],
    request: {
      ...(spec.body === undefined ? {} : { body: { required: true, ...json(spec.body) } }),
      ...(spec.query === undefined ? {} : { query: spec.query }),
      ...(spec.params === undefined ? {} : { params: spec.params }),
    },
    responses: { [spec.status]: { description: "done", ...(spec.answer === undefined ? {} : json(spec.answer)) }, ...responses },
  } as unknown as RouteConfig;
}

function canAnswer({ access, body, query, params, isCreate }: RouteSpec, status: number): boolean {
  if (status === 401 || status === 403) return access.to !== "anyone";
  if (status === 404) return params !== undefined;
  if (status === 409) return isCreate === true || body !== undefined;
  if (status === 422) return body !== undefined || query !== undefined || params !== undefined;
  return status >= 429 || body !== undefined;
}

/** `POST /v1/api_tokens/{api_token_id}:rotate` → `post_v1_api_tokens_api_token_id_rotate`. */
function operationId({ method, path }: RouteSpec): string {
  return [method, ...path.split(/\W+/).filter((part) => part !== "")].join("_");
}

export function describeApi(app: HubApp): object {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  return app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "keyward hub", version: "1" } });
}
