// The hub's OpenAPI document: made from the routes, held equal to the copy in the repository, so that a change of the API is seen in review.
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROUTES } from "../../../../src/hub/routes/routes.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

let rig: HubRig;

beforeAll(async () => {
  rig = await startHubRig();
});
afterAll(() => rig.destroy());

it("describes every route and equals docs/hub-api.json", async () => {
  const { body } = await rig.call("GET", "/v1/openapi.json");
  expect(body.openapi).toBe("3.1.0");
  for (const spec of ROUTES) expect(body.paths[spec.path]?.[spec.method], `${spec.method} ${spec.path}`).toBeDefined();
  // `npx vitest … --update` writes it anew.
  await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot("../../../../docs/hub-api.json");
});

it("serves health, readiness and metrics without a token", async () => {
  expect((await rig.call("GET", "/healthz")).body).toEqual({ status: "ok" });
  expect((await rig.call("GET", "/readyz")).body).toEqual({ status: "ready" });
  await rig.call("GET", "/v1/secrets/sec_1234");
  const metrics = await rig.call("GET", "/metrics");
  expect(metrics.body).toContain('keyward_hub_requests_total{method="GET",route="/v1/secrets/{secret_id}",status="401"} 1');
  expect(metrics.body).not.toContain("sec_1234");
});

it("serves RFC 8414 metadata under its own address", async () => {
  const { body } = await rig.call("GET", "/.well-known/oauth-authorization-server");
  expect(body.issuer).toBe(rig.hub.url);
  expect(body.device_authorization_endpoint).toBe(`${rig.hub.url}/oauth/device_authorization`);
});
