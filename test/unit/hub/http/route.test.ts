import { expect, it } from "vitest";
import { ROUTES } from "../../../../src/hub/routes/routes.ts";

it("is told once per method and path, under /v1, in snake_case", () => {
  const names = ROUTES.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(names).size).toBe(names.length);
  for (const { path } of ROUTES) expect(path).toMatch(/^\/v1(?:\/(?:[a-z_]+|\{[a-z_]+\}))+(?::[a-z]+)?$/);
});

it("takes unknown fields nowhere: every body and query that is an object is a strict one", () => {
  for (const { method, path, body, query, params } of ROUTES) {
    for (const schema of [body, query, params]) {
      if (schema === undefined || path === "/v1/providers/{provider_id}") continue;
      const { issues } = schema.safeParse({ surely_unknown: 1 }).error ?? { issues: [] };
      expect([method, path, issues.map(({ code }) => code)]).toEqual([method, path, expect.arrayContaining(["unrecognized_keys"])]);
    }
  }
});

it("answers 204 without a body and everything else with a described one, and a create takes a body", () => {
  for (const { path, status, answer, isCreate, method } of ROUTES) {
    expect([path, answer === undefined]).toEqual([path, status === 204]);
    if (isCreate === true) expect([path, method]).toEqual([path, "post"]);
  }
});
