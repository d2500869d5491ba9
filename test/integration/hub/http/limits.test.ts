// Limits over real sockets: who asks too often is told 429 and how long to wait, in the form that the place answers in, and nobody else is.
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { newHubToken } from "../../../../src/hub/tokens/token-format.ts";
import { TIERS, type Tier } from "../../../../src/hub/http/rate-limit.ts";
import { newDeviceKeyPair } from "../../../../src/hub/keys/seal-to-device.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

interface Seen {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

describe("a hub behind a proxy on loopback that it was told of", () => {
  let rig: HubRig;
  let nowMs = Date.now();
  beforeAll(async () => {
    rig = await startHubRig({ trustedProxies: ["127.0.0.1"], clock: { nowMs: () => nowMs } });
  });
  afterAll(() => rig.destroy());

  /** @param from what the proxy says the client's address is */
  const ask = (path: string, from: string, more: { token?: string; form?: Record<string, string> } = {}): Promise<Seen> =>
    new Promise((resolve, reject) => {
      const headers = {
        "x-forwarded-for": from,
        ...(more.token === undefined ? {} : { authorization: `Bearer ${more.token}` }),
        ...(more.form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      };
      const call = request(rig.hub.url + path, { method: more.form === undefined ? "GET" : "POST", headers }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"], body }));
      });
      call.on("error", reject);
      call.end(more.form === undefined ? undefined : new URLSearchParams(more.form).toString());
    });
  let clients = 0;
  const newAddress = (): string => `198.51.100.${(clients += 1)}`;

  /** Asks until it is refused, and once more from elsewhere. */
  async function exhaust(tier: Tier, send: (from: string, each: number) => Promise<Seen>): Promise<Seen> {
    const from = newAddress();
    for (let each = 0; each < TIERS[tier].burst; each += 1) expect((await send(from, each)).status).not.toBe(429);
    const refused = await send(from, TIERS[tier].burst);
    expect([refused.status, Number(refused.retryAfter)]).toEqual([429, 1]);
    return refused;
  }

  it("limits the login endpoints by the client's address, in OAuth's words", async () => {
    const begin = (from: string) => ask("/oauth/device_authorization", from, { form: { client_id: "keyward-cli" } });
    const refused = await exhaust("auth", begin);
    expect(JSON.parse(refused.body)).toMatchObject({ error: "slow_down", error_description: expect.any(String) as string });
    expect((await begin(newAddress())).status).toBe(200);
    nowMs += 60_000;
  });

  it("limits pages by the client's address, with a page", async () => {
    const open = (from: string) => ask("/device", from);
    const refused = await exhaust("page", open);
    expect(refused.body).toContain('role="alert"');
    expect((await open(newAddress())).status).toBe(303);
  });

  it("limits whoever tries tokens, well made or not, and not who has one at the same address", async () => {
    const owner = await rig.person(await rig.tenant(), "owner");
    let from = "";
    const refused = await exhaust("guess", (address, each) => {
      from = address;
      return ask("/v1/me", address, { token: each % 2 === 0 ? newHubToken("pat") : `kw_pat_${randomText(46)}` });
    });
    expect(JSON.parse(refused.body)).toMatchObject({ error: { code: "HUB_BUSY", request_id: expect.stringMatching(/^req_/) as string } });
    expect((await ask("/v1/me", from, { token: owner.tokens.accessToken })).status).toBe(200);
    expect((await ask("/v1/me", newAddress(), { token: newHubToken("pat") })).status).toBe(401);
  });

  it("limits a daemon by its token, wherever it asks from, and its person not with it", async () => {
    const owner = await rig.person(await rig.tenant(), "owner");
    const { accessToken } = owner.tokens;
    const body = { name: "laptop", public_key: newDeviceKeyPair().publicKey };
    const device = await rig.call("POST", "/v1/devices", { token: accessToken, body });
    await exhaust("sync", (_from, each) => ask("/v1/me", `203.0.113.${each}`, { token: String(device.body.token) }));
    expect((await ask("/v1/me", newAddress(), { token: accessToken })).status).toBe(200);
  });

  it("believes no address that a client puts before the proxy's", async () => {
    const begin = (from: string) => ask("/oauth/device_authorization", from, { form: { client_id: "keyward-cli" } });
    await exhaust("auth", (from, each) => begin(`192.0.2.${each % 200}, ${from}`));
    nowMs += 60_000;
  });

  it("tells a program that polls in a hurry to slow down, from the second poll on", async () => {
    const from = newAddress();
    const begun = await ask("/oauth/device_authorization", from, { form: { client_id: "keyward-cli" } });
    const { device_code } = JSON.parse(begun.body) as { device_code: string };
    const form = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", client_id: "keyward-cli", device_code };
    const words = [];
    for (let turn = 0; turn < 3; turn += 1)
      words.push((JSON.parse((await ask("/oauth/token", from, { form })).body) as { error: string }).error);
    expect(words).toEqual(["authorization_pending", "slow_down", "slow_down"]);
  });
});
