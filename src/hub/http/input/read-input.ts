// What a request brings, held against its route's schemas before anything looks at it.
// In: a route and a request. Out: body, query and path parameters as the schemas give them. An error names the field, never its value.
import type { Context } from "hono";
import type { z } from "@hono/zod-openapi";
import { KeywardError } from "../../../core/errors.ts";
import { invalidField } from "../hub-error.ts";
import { findUnfit } from "./find-unfit.ts";
import type { RouteSpec } from "../route.ts";

export interface Input {
  readonly body: unknown;
  readonly query: unknown;
  readonly params: unknown;
}

/** @throws HUB_MEDIA_TYPE, HUB_BODY, HUB_INVALID */
export async function readInput(spec: RouteSpec, context: Context): Promise<Input> {
  return {
    params: spec.params === undefined ? undefined : check(spec.params, "path", bareParams(context.req.param())),
    query: spec.query === undefined ? undefined : check(spec.query, "query", context.req.query()),
    body: spec.body === undefined ? undefined : check(spec.body, "body", await readJson(context)),
  };
}

/** Without the verb that a path such as `{secret_id}:access` ends with. */
function bareParams(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value.replace(/:.*$/, "")]));
}

async function readJson(context: Context): Promise<unknown> {
  const type = context.req.header("content-type") ?? "";
  if (!/^application\/json(?:\s*;|$)/i.test(type)) throw new KeywardError("HUB_MEDIA_TYPE", "send the body as application/json");
  const text = await context.req.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new KeywardError("HUB_BODY", "the body is not valid JSON");
  }
}

function check(schema: z.ZodType, place: string, value: unknown): unknown {
  const unfit = findUnfit(value);
  if (unfit !== null) throw invalidField(pathOf(place, unfit.path), unfit.reason);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys : [];
  throw invalidField(
    pathOf(place, [...(issue?.path ?? []), ...unknown.slice(0, 1)]),
    unknown.length > 0 ? "unknown field" : (issue?.message ?? "is wrong"),
  );
}

const MAX_STEPS = 6;
const MAX_STEP_LENGTH = 60;

/** Names of a body come from outside: no more of them than it takes to find the place. */
function pathOf(place: string, steps: readonly PropertyKey[]): string {
  const shown = steps.slice(0, MAX_STEPS).map((step) =>
    String(step)
      .replaceAll(/[^ -~]/g, "?")
      .slice(0, MAX_STEP_LENGTH),
  );
  return [place, ...shown].join(".");
}
