import { z } from "@hono/zod-openapi";
import { Hono } from "hono";
import { expect, it } from "vitest";
import { readInput } from "../../../../../src/hub/http/input/read-input.ts";
import { route } from "../../../../../src/hub/http/route.ts";

const spec = route({
  method: "post",
  path: "/v1/things/{thing_id}:open",
  summary: "for this test",
  access: { to: "anyone" },
  params: z.strictObject({ thing_id: z.string().max(5) }),
  query: z.strictObject({ deep: z.enum(["true", "false"]).default("false") }),
  body: z.strictObject({ name: z.string(), list: z.array(z.strictObject({ n: z.number() })).default([]) }),
  status: 200,
  act: async () => ({}),
});

async function read(path: string, body: string, type: string | null = "application/json"): Promise<unknown> {
  let result: unknown;
  const app = new Hono();
  app.post("/v1/things/:thing_id{[^/:]+:open}", async (context) => {
    result = await readInput(spec, context).catch((error: unknown) => error);
    return context.body(null);
  });
  await app.request(path, { method: "POST", body, headers: type === null ? {} : { "content-type": type } });
  return result;
}

it("gives what the schemas make of a request, the verb at the end of the path left out", async () => {
  expect(await read("/v1/things/abc:open", '{"name":"x"}', "application/json; charset=utf-8")).toEqual({
    params: { thing_id: "abc" },
    query: { deep: "false" },
    body: { name: "x", list: [] },
  });
});

it.each([
  ["/v1/things/abc:open", '{"name":1}', "body.name"],
  ["/v1/things/abc:open", '{"name":"x","extra":"canary"}', "body.extra"],
  ["/v1/things/abc:open", '{"name":"x","list":[{"n":1},{"n":"canary"}]}', "body.list.1.n"],
  ["/v1/things/abc:open", "[]", "body"],
  ["/v1/things/abc:open", "null", "body"],
  ["/v1/things/abc:open?deep=canary", '{"name":"x"}', "query.deep"],
  ["/v1/things/abc:open?deeper=canary", '{"name":"x"}', "query.deeper"],
  ["/v1/things/abcdefgh:open", '{"name":"x"}', "path.thing_id"],
])("refuses %s with %s and names the field, never its value", async (path, body, field) => {
  const error = await read(path, body);
  expect(error).toMatchObject({ code: "HUB_INVALID", detail: { path: field } });
  expect((error as Error).message).not.toContain("canary");
});

it.each([
  ["text/plain", "{}", "HUB_MEDIA_TYPE"],
  ["application/jsonp", "{}", "HUB_MEDIA_TYPE"],
  [null, "{}", "HUB_MEDIA_TYPE"],
  ["application/json", "{", "HUB_BODY"],
  ["application/json", "", "HUB_BODY"],
])("refuses the type %j with the body %j as %s", async (type, body, code) => {
  expect(await read("/v1/things/abc:open", body, type)).toMatchObject({ code });
});
