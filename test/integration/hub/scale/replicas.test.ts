// Two replicas as real processes over one PostgreSQL: one is killed under load and no request fails; a login crosses them; what is counted holds over both.
import { afterAll, beforeAll, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { createHubClient } from "../../../../src/hub/client/hub-client.ts";
import { openBrowserLike } from "../../../support/hub/browser-like.ts";
import { type Replicas, startReplicas } from "../../../support/hub/replicas.ts";
import { sharedDatabase } from "../../../support/hub/shared-postgres.ts";

const WORKERS = 8;
const LOAD_MS = 3_000;

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas(await sharedDatabase());
});
afterAll(() => replicas.destroy());

const owner = async () => {
  const { rig } = replicas;
  const place = await rig.tenant();
  const person = await rig.person(place, "owner", { isTenantAdmin: true });
  return { place, person, token: person.tokens.accessToken };
};

it("loses no request when a replica is killed under load, and takes it back when it is there again", async () => {
  const { token } = await owner();
  const failures: unknown[] = [];
  const acknowledged: string[] = [];
  let answered = 0;
  let isKilled = false;
  const untilMs = Date.now() + LOAD_MS;
  // On a slow machine longer: until enough was answered by the one that is left.
  const isOver = (): boolean => Date.now() >= untilMs && answered > WORKERS;
  const work = async (worker: number): Promise<void> => {
    const client = createHubClient({ urls: worker % 2 === 0 ? replicas.urls : [replicas.urls[1], replicas.urls[0]] });
    for (let turn = 0; !isOver(); turn += 1) {
      const name = `KEY_${worker}_${turn}`;
      const write = {
        method: "POST",
        path: "/v1/secrets",
        token,
        body: { name, value: "v" },
        headers: { "idempotency-key": randomText(20) },
      };
      const response = await client
        .send(turn % 4 === 0 ? write : { method: "GET", path: "/v1/me", token })
        .catch((error: unknown) => error);
      const { status } = response as { status?: number };
      if (status !== 200 && status !== 201) failures.push(response);
      else answered += isKilled ? 1 : 0;
      if (status === 201) acknowledged.push(name);
    }
  };
  const load = Array.from({ length: WORKERS }, (_none, worker) => work(worker));
  setTimeout(() => {
    isKilled = true;
    void replicas.a.kill();
  }, LOAD_MS / 3);
  await Promise.all(load);
  expect(failures).toEqual([]);
  const restarted = await replicas.restart(replicas.a.url);
  expect(restarted.url).toBe(replicas.a.url);
  expect((await fetch(`${restarted.url}/readyz`)).status).toBe(200);
  for (const name of acknowledged) {
    const found = await createHubClient({ urls: [restarted.url] }).send({ method: "GET", path: `/v1/secrets/${name}`, token });
    expect([name, found.status]).toEqual([name, 200]);
    // A retry at the other replica repeats no write.
    expect((found.body as { current_version: number }).current_version).toBe(1);
  }
  const chain = await replicas.rig.call("GET", "/v1/audit/verify", { token });
  expect(chain.body).toMatchObject({ is_intact: true });
});

it("begins a login at one replica, approves it at the other, and gives the tokens to one of twenty who ask both", async () => {
  const { place, token } = await owner();
  const [a, b] = replicas.urls;
  const post = async (url: string, path: string, fields: Record<string, string>) => {
    const response = await fetch(url + path, { method: "POST", body: new URLSearchParams(fields) });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  const codes = (await post(a, "/oauth/device_authorization", { client_id: "keyward-cli" })).body;
  const email = `${randomText(8).toLowerCase()}@example.com`;
  const path = `/v1/workspaces/${place.workspaceId}/members`;
  const { body } = await replicas.rig.call("POST", path, { token, body: { email, role: "member" } });
  const browser = openBrowserLike(b);
  await browser.submit(await browser.open("/join"), "/join", { invitation: body.invitation, email, password: "correct horse battery" });
  const page = await browser.submit(await browser.open(`/device?user_code=${codes["user_code"]}`), "/device", {});
  await browser.submit(page, "/device/decide", { decision: "approve", workspace: place.workspaceId, scope: "secrets:read" });
  const grant = {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    client_id: "keyward-cli",
    device_code: codes["device_code"] ?? "",
  };
  const asked = await Promise.all(Array.from({ length: 20 }, (_none, turn) => post(turn % 2 === 0 ? a : b, "/oauth/token", grant)));
  const won = asked.filter(({ status }) => status === 200);
  expect(won).toHaveLength(1);
  expect(asked.filter((each) => each.body["error"] === "invalid_grant")).toHaveLength(19);
  for (const url of [a, b]) {
    const me = await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${won[0]?.body["access_token"]}` } });
    expect(me.status).toBe(200);
  }
});

it("revokes at one replica what the other refuses with its next request", async () => {
  const { token } = await owner();
  const [a, b] = replicas.urls.map((url) => createHubClient({ urls: [url] }));
  const made = await a?.send({ method: "POST", path: "/v1/api_tokens", token, body: { name: "CI" } });
  const machine = made?.body as { id: string; token: string };
  const ask = () => b?.send({ method: "GET", path: "/v1/me", token: machine.token });
  expect((await ask())?.status).toBe(200);
  await a?.send({ method: "DELETE", path: `/v1/api_tokens/${machine.id}`, token });
  expect((await ask())?.status).toBe(401);
});

it("tells a daemon that waits at one replica of a change at the other within two seconds", async () => {
  const { place, token } = await owner();
  const device = await replicas.rig.call("POST", "/v1/devices", { token, body: { name: "d", public_key: "A".repeat(43) } });
  const [a, b] = replicas.urls.map((url) => createHubClient({ urls: [url] }));
  const bearer = String(device.body.token);
  const askedMs = Date.now();
  const first = await a?.send({ method: "GET", path: "/v1/sync", token: bearer });
  const ordinaryMs = Date.now() - askedMs;
  const rev = (first?.body as { rev: number } | null)?.rev ?? 0;
  const waiting = a?.send({ method: "GET", path: `/v1/sync?after=${rev}&wait=20`, token: bearer, timeoutMs: 25_000 });
  const startedMs = Date.now();
  const body = { provider: "openai", secret: null, origins: ["https://api.openai.com"] };
  const headers = { "x-keyward-workspace": place.workspaceId };
  expect((await b?.send({ method: "POST", path: "/v1/connections", token, body, headers }))?.status).toBe(201);
  const pulled = (await waiting)?.body as { connections: unknown[] };
  expect(pulled.connections).toHaveLength(1);
  // A machine that is slow at everything is given what it takes for a few requests more.
  expect(Date.now() - startedMs).toBeLessThan(4_000 + 20 * ordinaryMs);
});

it("counts wrong codes over both replicas", async () => {
  const { place, token } = await owner();
  const email = `${randomText(8).toLowerCase()}@example.com`;
  const path = `/v1/workspaces/${place.workspaceId}/members`;
  const { body } = await replicas.rig.call("POST", path, { token, body: { email, role: "member" } });
  const [a, b] = replicas.urls;
  const browser = openBrowserLike(a);
  await browser.submit(await browser.open("/join"), "/join", { invitation: body.invitation, email, password: "correct horse battery" });
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const csrf = /name="csrf" value="([^"]+)"/.exec((await browser.open("/device")).text)?.[1] ?? "";
  const guess = async (url: string): Promise<number> =>
    (await fetch(`${url}/device`, { method: "POST", headers: { cookie }, body: new URLSearchParams({ csrf, user_code: "BBBB-BBBB" }) }))
      .status;
  const statuses = [];
  for (let turn = 0; turn < 6; turn += 1) statuses.push(await guess(turn % 2 === 0 ? a : b));
  expect(statuses).toEqual([404, 404, 404, 404, 404, 429]);
});

it("stops when it is told to: what waits is answered, nothing new is taken, status 0", async () => {
  const { token } = await owner();
  const device = await replicas.rig.call("POST", "/v1/devices", { token, body: { name: "d", public_key: "A".repeat(43) } });
  const client = createHubClient({ urls: [replicas.b.url] });
  const bearer = String(device.body.token);
  const rev = ((await client.send({ method: "GET", path: "/v1/sync", token: bearer })).body as { rev: number } | null)?.rev ?? 0;
  const waiting = client.send({ method: "GET", path: `/v1/sync?after=${rev}&wait=25`, token: bearer, timeoutMs: 30_000 });
  // It waits once it was counted as seen.
  await client.send({ method: "GET", path: "/healthz" });
  const startedMs = Date.now();
  expect(await replicas.b.stop()).toBe(0);
  expect((await waiting).status).toBe(304);
  expect(Date.now() - startedMs).toBeLessThan(20_000);
  await expect(client.send({ method: "GET", path: "/healthz" })).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
});
