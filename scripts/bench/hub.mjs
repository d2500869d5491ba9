// Run it when you want to know what a hub on PostgreSQL carries (`npm run bench:hub`; `-- --tenth` for a tenth of it): two replicas, 1,000 simulated
// daemons that hold long polls, and 100 requests a second on top of them for the given time. Prints percentiles, failures and last-seen writes. Starts a
// PostgreSQL of its own (Debian's package) and removes it. Clients, replicas and the database share the machine.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { initHub } from "../../dist/hub/init-hub.js";
import { createTenant } from "../../dist/hub/people/create-tenant.js";
import { addUser, joinTenant, joinWorkspace } from "../../dist/hub/people/people.js";
import { serveHub } from "../../dist/hub/serve-hub.js";
import { SCOPES } from "../../dist/hub/tokens/scopes.js";
import { beginSession } from "../../dist/hub/tokens/sessions.js";
import { startHubPostgres } from "./hub-postgres.mjs";
import { startReplica } from "./hub-replica.mjs";

const isTenth = process.argv.includes("--tenth");
const size = isTenth ? { daemons: 100, perSecond: 10, seconds: 5 } : { daemons: 1_000, perSecond: 100, seconds: 20 };
const AIM_P99_MS = 100;
const POLL_S = 25;
const RAMP_MS = isTenth ? 3_000 : POLL_S * 1_000;

const quiet = { info: () => undefined, error: () => undefined };
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

const send = (url, { method = "GET", token, body } = {}) =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      ...(text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
    };
    const call = request(url, { method, headers, agent }, (response) => {
      let answer = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (answer += chunk));
      response.on("end", () => resolve({ status: response.statusCode, body: answer }));
    });
    call.on("error", reject);
    call.end(text);
  });

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

async function makePeople(options) {
  const hub = await serveHub({ options: { ...options, port: 0 }, log: quiet });
  const { storage, clock } = hub.parts;
  const owner = await storage.within({}, async (tx) => {
    const place = await createTenant(tx, hub.parts, "Bench");
    const nowMs = clock.nowMs();
    const user = await addUser(tx, { email: "bench@example.com", name: "Bench", passwordHash: null, subject: null, nowMs });
    const belonging = { tenantId: place.tenantId, user, nowMs };
    await joinTenant(tx, belonging, "tenant_admin");
    await joinWorkspace(tx, belonging, { workspaceId: place.workspaceId, role: "owner" });
    const login = { ...place, userId: user.user_id, scopes: Object.keys(SCOPES), label: "bench", ip: "127.0.0.1", userAgent: "bench" };
    return { token: (await beginSession(tx, hub.parts, login)).accessToken };
  });
  const devices = [];
  for (let each = 0; each < size.daemons; each += 1) {
    const answer = await send(`${hub.url}/v1/devices`, {
      method: "POST",
      token: owner.token,
      body: { name: `d${each}`, public_key: randomBytes(32).toString("base64url") },
    });
    if (answer.status === 201) devices.push(JSON.parse(answer.body).token);
    // The owner's token is limited to 100 a second.
    if (each % 50 === 49) await delay(300);
  }
  const machines = [];
  for (let each = 0; each < 10; each += 1) {
    const answer = await send(`${hub.url}/v1/api_tokens`, {
      method: "POST",
      token: owner.token,
      body: { name: `t${each}`, scopes: ["admin"] },
    });
    machines.push(JSON.parse(answer.body).token);
  }
  await hub.stop();
  return { devices, machines };
}

const directory = mkdtempSync(join(tmpdir(), "keyward-bench-hub-"));
const postgres = await startHubPostgres();
const replicas = [];
try {
  const base = {
    dataDir: directory,
    databaseUrl: postgres.url,
    ownerUrl: postgres.ownerUrl,
    rootKey: {},
    host: "127.0.0.1",
    port: 0,
    tls: null,
    publicUrl: undefined,
  };
  await initHub({ options: base, log: quiet });
  const options = { ...base, rootKey: { file: join(directory, "root.key") } };
  const { devices, machines } = await makePeople(options);
  for (let each = 0; each < 2; each += 1) replicas.push(await startReplica({ dataDir: directory, url: postgres.url }));
  const urls = replicas.map(({ url }) => url);
  let isOver = false;
  const polls = { answered: 0, failed: 0 };
  const poll = async (token, each) => {
    let rev = 0;
    // Daemons do not start together: their polls are spread over the length of one.
    await delay(Math.random() * RAMP_MS);
    // oxlint-disable-next-line no-unmodified-loop-condition -- it is set when the time is over
    while (!isOver) {
      const answer = await send(`${urls[each % 2]}/v1/sync?after=${rev}&wait=${POLL_S}`, { token }).catch(() => ({ status: 0 }));
      if (isOver) return;
      if (answer.status === 200) ({ rev } = JSON.parse(answer.body));
      polls[answer.status === 200 || answer.status === 304 ? "answered" : "failed"] += 1;
      if (answer.status !== 200 && answer.status !== 304) await delay(2_000 + Math.random() * 8_000);
    }
  };
  devices.forEach((token, each) => void poll(token, each));
  await delay(RAMP_MS + 1_000);
  const times = [];
  const statuses = {};
  const startedMs = performance.now();
  const under = [];
  for (let each = 0; each < size.perSecond * size.seconds; each += 1) {
    const atMs = startedMs + (each * 1_000) / size.perSecond;
    if (atMs > performance.now()) await delay(atMs - performance.now());
    const sentMs = performance.now();
    const path = each % 2 === 0 ? "/v1/me" : "/v1/connections";
    const ask = send(urls[each % 2] + path, { token: machines[each % machines.length] }).catch(() => ({ status: 0 }));
    under.push(
      ask.then(({ status }) => {
        times.push(performance.now() - sentMs);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }),
    );
  }
  await Promise.all(under);
  isOver = true;
  const sorted = times.toSorted((a, b) => a - b);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => Math.round(percentile(sorted, share) * 10) / 10);
  const failed = Object.entries(statuses).reduce((sum, [status, count]) => sum + (status === "200" ? 0 : count), 0);
  for (const replica of replicas.splice(0)) await replica.stop();
  const writes = await postgres.lastUseWrites();
  const figures = {
    daemons: devices.length,
    per_second: size.perSecond,
    requests: times.length,
    failed,
    polls_failed: polls.failed,
    p50_ms: p50,
    p95_ms: p95,
    p99_ms: p99,
    last_seen_writes: writes,
  };
  if (process.argv.includes("--json")) console.log(JSON.stringify(figures));
  else {
    console.log(`daemons holding a poll   ${figures.daemons} (${polls.answered} polls answered, ${polls.failed} failed)`);
    console.log(`requests                 ${figures.requests} at ${figures.per_second}/s, ${failed} failed`);
    console.log(
      `time to an answer        p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms (aim ${AIM_P99_MS} ms: ${p99 < AIM_P99_MS ? "met" : "MISSED"})`,
    );
    console.log(`last-seen rows written   ${writes} for ${times.length + polls.answered} requests`);
  }
  if (failed > 0) process.exitCode = 1;
} finally {
  agent.destroy();
  for (const replica of replicas) await replica.stop();
  await postgres.destroy();
  rmSync(directory, { recursive: true, force: true });
}
