// PostgreSQL dies, hangs, drops connections: two replicas answer 503 with Retry-After, live on, and are back within a second of it. What was acknowledged
// is there afterwards, and nothing is there by half.
import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Postgres, type PostgresDatabase, query, startPostgres } from "../../../support/hub/postgres.ts";
import { type Replicas, startReplicas } from "../../../support/hub/replicas.ts";

const RECOVERY_MS = 1_000;
const PATIENCE = { timeout: 20_000 };

let postgres: Postgres;
let database: PostgresDatabase;
let replicas: Replicas;
let token: string;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase();
  replicas = await startReplicas(database);
  const place = await replicas.rig.tenant();
  token = (await replicas.rig.person(place, "owner", { isTenantAdmin: true })).tokens.accessToken;
});
afterAll(async () => {
  await replicas.destroy();
  await postgres.destroy();
});

interface Seen {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly code: string | null;
  readonly tookMs: number;
}

const send = async (url: string, path: string, options: RequestInit = {}): Promise<Seen> => {
  const startedMs = Date.now();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(url + path, { ...options, headers, signal: AbortSignal.timeout(20_000) });
  const body = (await response.json()) as { error?: { code: string } };
  const [retryAfter, code] = [response.headers.get("retry-after"), body.error?.code ?? null];
  return { status: response.status, retryAfter, code, tookMs: Date.now() - startedMs };
};

/** Writers at both replicas until told to stop; what each was answered, and the names that were acknowledged. */
const ledgers: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const ledger of ledgers.splice(0)) await ledger.stop();
});

function startLedger(mark: string): { readonly seen: Seen[]; stop(): Promise<readonly string[]> } {
  const seen: Seen[] = [];
  const acknowledged: string[] = [];
  let isOver = false;
  const write = async (worker: number): Promise<void> => {
    // oxlint-disable-next-line no-unmodified-loop-condition -- it is set by whoever ends the load
    for (let turn = 0; !isOver; turn += 1) {
      const name = `K_${mark}_${worker}_${turn}`;
      const answer = await send(replicas.urls[worker % 2] ?? "", "/v1/secrets", {
        method: "POST",
        body: JSON.stringify({ name, value: name }),
      });
      seen.push(answer);
      if (answer.status === 201) acknowledged.push(name);
      else await delay(20);
    }
  };
  const workers = Array.from({ length: 4 }, (_none, worker) => write(worker));
  const ledger = {
    seen,
    stop: async () => {
      isOver = true;
      await Promise.all(workers);
      return acknowledged;
    },
  };
  ledgers.push(ledger);
  return ledger;
}

/** How long a request takes when nothing is wrong: a machine that is slow at everything is given ten times that beside the second. */
async function ordinaryMs(): Promise<number> {
  const times = [];
  for (let turn = 0; turn < 5; turn += 1) times.push((await send(replicas.urls[turn % 2] ?? "", "/v1/me")).tookMs);
  return times.toSorted((one, other) => one - other)[2] ?? 0;
}

/** From the moment PostgreSQL itself lets somebody in until both replicas answer again, each asked on its own. */
async function untilBack(): Promise<number> {
  for (;;) {
    const isIn = await query(postgres.superUrl, ["SELECT 1"]).then(
      () => true,
      () => false,
    );
    if (isIn) break;
    await delay(5);
  }
  const startedMs = Date.now();
  const wait = async (url: string): Promise<void> => {
    while ((await send(url, "/v1/me")).status !== 200) await delay(10);
  };
  await Promise.all(replicas.urls.map(wait));
  return Date.now() - startedMs;
}

async function expectWhole(acknowledged: readonly string[], mark: string): Promise<void> {
  const url = database.ownerUrl;
  // The owner is fenced as well; the fence is down for this one look.
  const tables = ["secret", "secret_version", "audit_event"];
  const lower = tables.map((table) => `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);
  const raise = tables.map((table) => `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  const results = await query(url, [
    ...lower,
    `SELECT s.name, v.version, a.seq FROM secret s LEFT JOIN secret_version v ON v.secret_id = s.secret_id
       LEFT JOIN audit_event a ON a.subject = s.secret_id AND a.action = 'secret.put' WHERE s.name LIKE 'K\\_${mark}\\_%'`,
    ...raise,
  ]);
  const rows = results[lower.length]?.rows as { name: string; version: number | null; seq: number | null }[];
  const names = new Set(rows.map((row) => row.name));
  expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
  expect(rows.filter((row) => row.version === null || row.seq === null)).toEqual([]);
  expect(rows).toHaveLength(names.size);
  const chain = await fetch(`${replicas.a.url}/v1/audit/verify`, { headers: { authorization: `Bearer ${token}` } });
  expect(await chain.json()).toMatchObject({ is_intact: true });
}

function expectHonest(seen: readonly Seen[]): void {
  const refused = seen.filter(({ status }) => status !== 201);
  expect(refused.length).toBeGreaterThan(0);
  for (const each of refused) expect([each.status, each.code, Number(each.retryAfter) > 0]).toEqual([503, "HUB_DATABASE", true]);
  for (const { child } of [replicas.a, replicas.b]) expect([child.exitCode, child.signalCode]).toEqual([null, null]);
}

it("outlives a PostgreSQL that is killed with -9", async () => {
  const ledger = startLedger("kill");
  await expect.poll(() => ledger.seen.filter(({ status }) => status === 201).length, PATIENCE).toBeGreaterThan(5);
  process.kill(postgres.pid(), "SIGKILL");
  await expect.poll(async () => (await send(replicas.a.url, "/readyz")).status, PATIENCE).toBe(503);
  expect((await fetch(`${replicas.b.url}/healthz`)).status).toBe(200);
  await delay(1_000);
  const [backMs] = await Promise.all([untilBack(), postgres.start()]);
  const acknowledged = await ledger.stop();
  expect(backMs).toBeLessThan(RECOVERY_MS + 10 * (await ordinaryMs()));
  expectHonest(ledger.seen);
  await expectWhole(acknowledged, "kill");
});

it("outlives a PostgreSQL that hangs: requests end by their time limit and do not pile up", async () => {
  const ledger = startLedger("hang");
  await expect.poll(() => ledger.seen.filter(({ status }) => status === 201).length, PATIENCE).toBeGreaterThan(5);
  const family = postgresProcesses(postgres.pid());
  for (const pid of family) process.kill(pid, "SIGSTOP");
  const before = ledger.seen.length;
  const during = await Promise.all(Array.from({ length: 30 }, (_none, turn) => send(replicas.urls[turn % 2] ?? "", "/v1/me")));
  expect(Math.max(...during.map(({ tookMs }) => tookMs))).toBeLessThan(15_000);
  expect(new Set(during.map(({ status }) => status))).toEqual(new Set([503]));
  expect(ledger.seen.length).toBeGreaterThan(before);
  for (const pid of family) process.kill(pid, "SIGCONT");
  const backMs = await untilBack();
  const acknowledged = await ledger.stop();
  expect(backMs).toBeLessThan(RECOVERY_MS + 10 * (await ordinaryMs()));
  expectHonest(ledger.seen);
  await expectWhole(acknowledged, "hang");
});

it("outlives connections that are cut in mid-transaction", async () => {
  const ledger = startLedger("cut");
  for (let turn = 0; turn < 10; turn += 1) {
    await delay(100);
    await query(postgres.superUrl, ["SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'keyward hub'"]);
  }
  const acknowledged = await ledger.stop();
  await untilBack();
  for (const each of ledger.seen) expect([201, 503]).toContain(each.status);
  expect(acknowledged.length).toBeGreaterThan(0);
  await expectWhole(acknowledged, "cut");
});

/** The postmaster and its children: each is its own process group. */
function postgresProcesses(postmaster: number): readonly number[] {
  const lines = execFileSync("ps", ["-o", "pid=", "--ppid", String(postmaster)], { encoding: "utf8" }).split("\n");
  return [postmaster, ...lines.map(Number).filter((pid) => pid > 0)];
}
