import { OpenAPIHono } from "@hono/zod-openapi";
import { expect, it } from "vitest";
import type { HubEnv } from "../../../../src/hub/http/hub-app.ts";
import { addMetrics } from "../../../../src/hub/http/metrics.ts";

it("counts by route and status, and shows no id, query or address", async () => {
  const app = new OpenAPIHono<HubEnv>();
  addMetrics(app);
  app.get("/v1/secrets/:secret_id{[^/:]+}", (context) => context.text("x"));
  app.get("/v1/sync", (context) => context.text("x"));
  await app.request("/v1/secrets/sec_canary?q=canary");
  await app.request("/v1/secrets/sec_other");
  await app.request("/v1/sync");
  await app.request("/canary");
  const text = await (await app.request("/metrics")).text();
  expect(text).toContain('keyward_hub_requests_total{method="GET",route="/v1/secrets/{secret_id}",status="200"} 2');
  expect(text).toContain('keyward_hub_requests_total{method="GET",route="none",status="404"} 1');
  expect(text).toContain('keyward_hub_request_seconds_count{method="GET",route="/v1/secrets/{secret_id}"} 2');
  expect(text).not.toContain("canary");
  // How long a poll waited says nothing of the hub's speed.
  expect(text).not.toMatch(/request_seconds_count\{method="GET",route="\/v1\/sync"/);
});

it("is what Prometheus reads: every line a comment or a sample, buckets that only grow", async () => {
  const app = new OpenAPIHono<HubEnv>();
  addMetrics(app);
  app.get("/x", (context) => context.text("x"));
  for (let turn = 0; turn < 5; turn += 1) await app.request("/x");
  const answer = await app.request("/metrics");
  const text = await answer.text();
  expect(answer.headers.get("content-type")).toContain("version=0.0.4");
  for (const line of text.trimEnd().split("\n"))
    expect(line).toMatch(/^(?:# (?:HELP|TYPE) .+|[a-z_]+(?:\{[^{}]*(?:\{[a-z_]+\}[^{}]*)*\})? [\d.e+-]+)$/);
  const counts = [...text.matchAll(/request_seconds_bucket\{.*route="\/x",le="[^"]+"\} (\d+)/g)].map((match) => Number(match[1]));
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(counts.at(-1)).toBe(5);
});
