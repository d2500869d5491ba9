// /v1/secrets/validate_token: a verdict and nothing kept; the provider is asked after the transaction, and only one that comes with keyward.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type HubRig, startHubRig } from "../../../../support/hub/hub-rig.ts";
import { canary } from "../../../../support/hub/vault-scene.ts";

let rig: HubRig;
const asked: string[] = [];
beforeAll(async () => {
  rig = await startHubRig({
    probe: async (provider, key) => {
      asked.push(key);
      return provider === "openai" ? { outcome: "refused", status: 401, reason: null } : null;
    },
  });
});
afterAll(() => rig.destroy());

it("answers the verdict, writes an audit line without the key, and keeps nothing", async () => {
  const owner = await rig.person(await rig.tenant(), "owner");
  const token = owner.tokens.accessToken;
  const key = canary("validated");
  const answer = await rig.call("POST", "/v1/secrets/validate_token", { token, body: { provider: "openai", token: key } });
  expect([answer.status, answer.body, asked]).toEqual([200, { outcome: "refused", status: 401, reason: null }, [key]]);
  expect((await rig.call("GET", "/v1/secrets", { token })).body.data).toEqual([]);
  const audit = JSON.stringify((await rig.call("GET", "/v1/audit", { token })).body);
  expect(audit).toContain("secret.validate");
  expect(audit + rig.logged.join("")).not.toContain(key);
});

it("refuses an unknown provider by its field, and a viewer", async () => {
  const place = await rig.tenant();
  const [member, viewer] = [await rig.person(place), await rig.person(place, "viewer")];
  const body = { provider: "nobody", token: "k" };
  const unknown = await rig.call("POST", "/v1/secrets/validate_token", { token: member.tokens.accessToken, body });
  expect([unknown.status, unknown.body.error.path]).toEqual([422, "body.provider"]);
  expect((await rig.call("POST", "/v1/secrets/validate_token", { token: viewer.tokens.accessToken, body })).status).toBe(403);
});
