// hub migrate-db, SQLite → PostgreSQL: dry run, the copy, a target that is not empty; afterwards logins, tokens and secrets work, and the source is as it was.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import pg from "pg";
import { systemClock } from "../../../../src/core/clock.ts";
import { serveHub } from "../../../../src/hub/serve-hub.ts";
import { migrateHub } from "../../../../src/hub/storage/migrate.ts";
import { openPostgres } from "../../../../src/hub/storage/open-postgres.ts";
import { moveDatabase } from "../../../../src/hub/upkeep/move-database.ts";
import { openBrowserLike } from "../../../support/hub/browser-like.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";
import { type PostgresDatabase, query } from "../../../support/hub/postgres.ts";
import { sharedDatabase } from "../../../support/hub/shared-postgres.ts";

const PASSWORD = "correct horse battery";
const email = "ada@example.com";

let rig: HubRig;
let database: PostgresDatabase;
let token: string;
let refreshToken: string;
beforeAll(async () => {
  rig = await startHubRig();
  database = await sharedDatabase();
  const browser = openBrowserLike(rig.hub.url);
  await browser.submit(await browser.open("/setup"), "/setup", { invitation: rig.init.setupToken ?? "", email, password: PASSWORD });
  const place = await rig.tenant();
  const owner = await rig.person(place, "owner", { isTenantAdmin: true });
  ({ accessToken: token, refreshToken } = owner.tokens);
  const runs = Array.from({ length: 250 }, (_none, turn) => ({ run_id: `run_${turn}`, started_at: 1 }));
  await rig.call("POST", "/v1/ingest/runs", { token, body: { runs } });
  await rig.call("POST", "/v1/secrets", { token, body: { name: "KEY", value: "the value" } });
  await rig.call("POST", "/v1/connections", { token, body: { provider: "openai", secret: "KEY", origins: ["https://api.openai.com"] } });
});
afterAll(() => rig.destroy());

const move = (isDryRun: boolean) => moveDatabase({ options: rig.options, toUrl: database.ownerUrl, isDryRun, clock: systemClock });

it("counts without touching the target, copies all of it, and refuses a target with tenants", async () => {
  await rig.hub.stop();
  const file = readFileSync(join(rig.options.dataDir, "hub.db"));
  const counted = await move(true);
  expect(counted).toMatchObject({ tenant: 2, secret: 1, connection: 1, run: 250, user_account: 2 });
  expect(await move(false)).toEqual(counted);
  await expect(move(false)).rejects.toMatchObject({ code: "HUB_CONFLICT" });
  expect(readFileSync(join(rig.options.dataDir, "hub.db"))).toEqual(file);
});

it("leaves nothing by half when it is cut off, and does it all when it is run again", async () => {
  const other = await sharedDatabase();
  const again = () => moveDatabase({ options: rig.options, toUrl: other.ownerUrl, isDryRun: false, clock: systemClock });
  const owner = new pg.Client({ connectionString: other.ownerUrl });
  await owner.connect();
  try {
    const target = openPostgres({ url: other.ownerUrl, maxConnections: 1 });
    await migrateHub(target, "postgres", 1);
    await target.destroy();
    // The tables before this one are copied, and then somebody ends it.
    await owner.query("BEGIN; LOCK TABLE lease IN ACCESS EXCLUSIVE MODE");
    const cut = expect(again()).rejects.toMatchObject({ code: "HUB_DATABASE" });
    const waiting =
      "FROM pg_stat_activity WHERE application_name = 'keyward hub' AND datname = current_database() AND wait_event_type = 'Lock'";
    await expect.poll(async () => (await query(other.ownerUrl, [`SELECT pid ${waiting}`]))[0]?.rowCount, { timeout: 30_000 }).toBe(1);
    await query(other.ownerUrl, [`SELECT pg_terminate_backend(pid) ${waiting}`]);
    await cut;
    await owner.query("ROLLBACK");
    await owner.query("BEGIN; ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY");
    expect((await owner.query("SELECT * FROM tenant")).rowCount).toBe(0);
    await owner.query("ROLLBACK");
    expect(await again()).toMatchObject({ tenant: 2, run: 250 });
    await expect(again()).rejects.toMatchObject({ code: "HUB_CONFLICT" });
  } finally {
    await owner.end();
  }
});

it("goes on under the new database: tokens, refresh, passwords, values, the audit chain, and its fences are up", async () => {
  const log = { info: () => undefined, error: () => undefined };
  const hub = await serveHub({ options: { ...rig.options, databaseUrl: database.url, ownerUrl: database.ownerUrl }, log });
  try {
    const call = async (method: string, path: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const answer = await fetch(hub.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      return (await answer.json()) as Record<string, unknown>;
    };
    expect(await call("POST", "/v1/secrets/KEY:access", {})).toMatchObject({ value: "the value" });
    expect(await call("GET", "/v1/audit/verify")).toMatchObject({ is_intact: true });
    const grant = new URLSearchParams({ grant_type: "refresh_token", client_id: "keyward-cli", refresh_token: refreshToken });
    expect((await fetch(`${hub.url}/oauth/token`, { method: "POST", body: grant })).status).toBe(200);
    const browser = openBrowserLike(hub.url);
    const page = await browser.submit(await browser.open("/sign-in?next=/device"), "/sign-in", { email, password: PASSWORD });
    expect(page.text).toContain("The code your terminal shows");
    const unscoped = await hub.parts.storage.within({}, ({ db }) => db.selectFrom("secret").selectAll().execute());
    expect(unscoped).toEqual([]);
  } finally {
    await hub.stop();
  }
});
