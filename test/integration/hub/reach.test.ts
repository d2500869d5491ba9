// How far a token reaches: a daemon's is not its person, a login administers only what it was given the scope for, and whatever is ended
// lets go of the long poll it holds; on both engines.
import { expect, it } from "vitest";
import { newDeviceKeyPair } from "../../../src/hub/keys/seal-to-device.ts";
import { SCOPE_SETS } from "../../../src/hub/tokens/scopes.ts";
import { describeOnBothEngines } from "../../support/hub/engines.ts";
import type { Answer } from "../../support/hub/hub-rig.ts";

/** Two looks at the change counters, each a second. */
const LET_GO_MS = 2_000;

describeOnBothEngines("a token", (rig) => {
  const send = (method: string, path: string, token: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    rig().call(method, path, { token, headers, ...(body === undefined ? {} : { body }) });
  const made = async (path: string, token: string, body: unknown) => (await send("POST", path, token, body)).body as Record<string, string>;
  const device = (token: string) => made("/v1/devices", token, { name: "laptop", public_key: newDeviceKeyPair().publicKey });

  it("of a daemon does nothing that its person does: not sessions, not the tenant, not members, not other daemons", async () => {
    const place = await rig().tenant();
    const owner = await rig().person(place, "owner", { isTenantAdmin: true });
    await rig().person(place, "owner");
    const login = owner.tokens.accessToken;
    const [own, other] = [await device(login), await device(login)];
    const token = own["token"] ?? "";
    for (const [method, path, body] of [
      ["GET", "/v1/sessions"],
      ["DELETE", "/v1/sessions/current"],
      ["DELETE", `/v1/sessions/${owner.tokens.session.session_id}`],
      ["PATCH", "/v1/tenants/current", { max_offline_seconds: 0 }],
      ["POST", "/v1/workspaces", { slug: "mine" }],
      ["GET", "/v1/audit/verify"],
      ["DELETE", `/v1/workspaces/${place.workspaceId}/members/${owner.userId}`],
      ["DELETE", `/v1/workspaces/${place.workspaceId}`],
      ["POST", "/v1/devices", { name: "another", public_key: newDeviceKeyPair().publicKey }],
      ["POST", "/v1/api_tokens", { name: "mine", parent: "current" }],
    ] as const) {
      const answer = await send(method, path, token, body);
      expect([method, path, answer.status, answer.body.error.code]).toEqual([method, path, 403, "HUB_FORBIDDEN"]);
    }
    expect((await send("DELETE", `/v1/devices/${other["id"]}`, token)).status).toBe(404);
    expect((await send("GET", "/v1/me", login)).status).toBe(200);
    expect((await send("DELETE", `/v1/devices/${own["id"]}`, token)).status).toBe(204);
    expect((await send("GET", "/v1/me", token)).status).toBe(401);
  });

  it("of a login without the scope admin administers no tenant, whatever its person may", async () => {
    const person = await rig().person(await rig().tenant(), "owner", { isTenantAdmin: true, scopes: SCOPE_SETS["cli"] ?? [] });
    for (const [method, path, body] of [
      ["PATCH", "/v1/tenants/current", { name: "taken" }],
      ["POST", "/v1/workspaces", { slug: "more" }],
      ["GET", "/v1/audit/verify"],
    ] as const) {
      const { status, body: answer } = await send(method, path, person.tokens.accessToken, body);
      expect([path, status, answer.error.next_steps]).toEqual([path, 403, [{ command: "keyward auth login --admin" }]]);
    }
  });

  it("lets go of its long poll within two seconds of its end, however it ends", async () => {
    const place = await rig().tenant();
    const owner = await rig().person(place, "owner", { isTenantAdmin: true });
    await rig().person(place, "owner");
    const login = owner.tokens.accessToken;
    const member = await rig().person(place, "member");
    const cutFrom = await rig().person(place, "owner");
    const connection = await made("/v1/connections", login, { provider: "openai", secret: null, origins: ["https://api.openai.com"] });
    const scopes = ["sync:pull"];
    const held = {
      device: await device(login),
      member: await device(member.tokens.accessToken),
      revoked: await made("/v1/api_tokens", login, { name: "revoked", scopes }),
      rotated: await made("/v1/api_tokens", login, { name: "rotated", scopes }),
      run: await made("/v1/api_tokens", login, { name: "run", kind: "run", connections: [connection["id"]] }),
      cut: await made("/v1/api_tokens", cutFrom.tokens.accessToken, { name: "cut", scopes, parent: "current" }),
    };
    const ends = {
      device: () => send("DELETE", `/v1/devices/${held.device["id"]}`, login),
      member: () => send("DELETE", `/v1/workspaces/${place.workspaceId}/members/${member.userId}`, login),
      revoked: () => send("DELETE", `/v1/api_tokens/${held.revoked["id"]}`, login),
      rotated: () => send("POST", `/v1/api_tokens/${held.rotated["id"]}:rotate`, login, {}),
      run: () => send("DELETE", `/v1/api_tokens/${held.run["id"]}`, login),
      cut: () => send("DELETE", "/v1/sessions/current", cutFrom.tokens.accessToken),
    };
    for (const [name, { token = "" }] of Object.entries(held)) {
      const headers = { "x-keyward-public-key": newDeviceKeyPair().publicKey };
      const askedMs = Date.now();
      const { rev } = (await send("GET", "/v1/sync", token, undefined, headers)).body as { rev: number };
      const ordinaryMs = Date.now() - askedMs;
      const waiting = send("GET", `/v1/sync?after=${rev}&wait=20`, token, undefined, headers);
      const ended = await ends[name as keyof typeof ends]();
      const endedMs = Date.now();
      expect([name, Math.floor(ended.status / 100)]).toEqual([name, 2]);
      const { status } = await waiting;
      expect([name, status]).toEqual([name, name === "member" ? 403 : 401]);
      // A machine that is slow at everything is given what it takes for a few requests more.
      expect(Date.now() - endedMs).toBeLessThan(LET_GO_MS + 10 * ordinaryMs);
    }
  });
});
