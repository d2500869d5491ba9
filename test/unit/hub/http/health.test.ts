import { OpenAPIHono } from "@hono/zod-openapi";
import { expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { addHealth } from "../../../../src/hub/http/health.ts";
import type { HubEnv } from "../../../../src/hub/http/hub-app.ts";
import type { HubParts } from "../../../../src/hub/hub-parts.ts";

it("lives as long as the process, and is ready only with its database and while nobody stops it", async () => {
  const app = new OpenAPIHono<HubEnv>();
  const health = { isStopping: false };
  let isAway = false;
  const ping = async (): Promise<void> => {
    if (isAway) throw new KeywardError("HUB_DATABASE", "the hub's database does not answer (ECONNREFUSED)");
  };
  const parts = { storage: { ping }, log: { info: () => undefined, error: () => undefined } };
  addHealth(app, parts as unknown as HubParts, health);
  const ask = async (path: string) => {
    const answer = await app.request(path);
    return [answer.status, answer.headers.get("retry-after")];
  };
  expect([await ask("/healthz"), await ask("/readyz")]).toEqual([
    [200, null],
    [200, null],
  ]);
  isAway = true;
  expect([await ask("/healthz"), await ask("/readyz")]).toEqual([
    [200, null],
    [503, "2"],
  ]);
  isAway = false;
  health.isStopping = true;
  expect([await ask("/healthz"), await ask("/readyz")]).toEqual([
    [200, null],
    [503, "2"],
  ]);
});
