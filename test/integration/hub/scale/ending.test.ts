// A replica that is told to end, as a real process: /readyz says so first and to new connections, what comes until then is answered, what is under
// way is finished, then it is gone with status 0.
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type HubProcess, startHubProcess } from "../../../support/hub/hub-process.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";
import { sharedDatabase } from "../../../support/hub/shared-postgres.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Long enough to be seen on a slow machine. */
const LINGER_MS = 6_000;

let rig: HubRig;
let replica: HubProcess;
let token: string;
beforeAll(async () => {
  const database = await sharedDatabase();
  rig = await startHubRig({ database });
  const { dataDir } = rig.options;
  const rootKey = readFileSync(join(dataDir, "root.key"), "utf8").trim();
  replica = await startHubProcess("serve", { dataDir, rootKey, database, flags: { lingerMs: LINGER_MS } });
  token = (await rig.person(await rig.tenant(), "owner")).tokens.accessToken;
});
afterAll(async () => {
  await replica.kill();
  await rig.destroy();
});

it("says that it is not ready, answers until nobody sends any more, finishes what it began, and ends with 0", async () => {
  const { hostname, port } = new URL(replica.url);
  const body = JSON.stringify({ name: "SLOW", value: "v" });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "content-length": String(body.length) };
  const slow = request(`${replica.url}/v1/secrets`, { method: "POST", headers });
  const answered = once(slow, "response") as Promise<[{ statusCode: number }]>;
  slow.write(body.slice(0, 10));
  expect((await fetch(`${replica.url}/readyz`)).status).toBe(200);
  replica.child.kill("SIGTERM");
  const exited = once(replica.child, "exit");
  // A connection of its own each time, as a balancer's health check is.
  const ready = () => fetch(`${replica.url}/readyz`, { headers: { connection: "close" } });
  await expect.poll(async () => (await ready()).status, { timeout: 20_000 }).toBe(503);
  const refused = await ready();
  expect([refused.headers.get("retry-after"), ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([
    "2",
    "HUB_DATABASE",
  ]);
  const late = await fetch(`${replica.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  expect([late.status, late.headers.get("connection")]).toEqual([200, "close"]);
  await expect.poll(() => isRefused(hostname, Number(port)), { timeout: 30_000 }).toBe(true);
  expect(replica.child.exitCode).toBeNull();
  slow.end(body.slice(10));
  expect((await answered)[0].statusCode).toBe(201);
  expect(await exited).toEqual([0, null]);
  const kept = await rig.call("GET", "/v1/secrets/SLOW", { token });
  expect(kept.status).toBe(200);
});

async function isRefused(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  const outcome = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(false)).once("error", () => resolve(true));
  });
  socket.destroy();
  return outcome;
}
