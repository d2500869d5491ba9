// The pool: a role that row-level security does not bind is refused, a query that is given up takes its connection with it, a dead database is an error of the table.
import { sql } from "kysely";
import { expect, it } from "vitest";
import { migrateHub } from "../../../../src/hub/storage/migrate.ts";
import { openPostgres, requireBoundRole, requireFences } from "../../../../src/hub/storage/open-postgres.ts";
import { createStorage } from "../../../../src/hub/storage/storage.ts";
import { query } from "../../../support/hub/postgres.ts";
import { sharedDatabase } from "../../../support/hub/shared-postgres.ts";

const superUrlOf = (url: string): string => Object.assign(new URL(url), { username: "super" }).href;

it("refuses a superuser and a role that bypasses row-level security, and takes an ordinary one", async () => {
  const { url } = await sharedDatabase();
  const superuser = openPostgres({ url: superUrlOf(url) });
  await expect(requireBoundRole(superuser)).rejects.toMatchObject({ code: "HUB_UNUSABLE" });
  await superuser.destroy();
  const app = openPostgres({ url });
  await expect(requireBoundRole(app)).resolves.toBeUndefined();
  await app.destroy();
});

it("serves no database with a fence down or let off for its owner, and names the table", async () => {
  const database = await sharedDatabase();
  const app = openPostgres({ url: database.url });
  const owner = openPostgres({ url: database.ownerUrl, maxConnections: 1 });
  try {
    await migrateHub(owner, "postgres", 1);
    await expect(requireFences(app)).resolves.toBeUndefined();
    for (const change of ["NO FORCE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"]) {
      await query(database.ownerUrl, [`ALTER TABLE secret ${change}`]);
      await expect(requireFences(app)).rejects.toMatchObject({
        code: "HUB_UNUSABLE",
        message: expect.stringContaining("secret") as string,
      });
      await query(database.ownerUrl, ["ALTER TABLE secret ENABLE ROW LEVEL SECURITY", "ALTER TABLE secret FORCE ROW LEVEL SECURITY"]);
    }
    await expect(requireFences(app)).resolves.toBeUndefined();
  } finally {
    await app.destroy();
    await owner.destroy();
  }
});

it("gives numbers for BIGINT, also above 2^31", async () => {
  const db = openPostgres({ url: (await sharedDatabase()).url });
  const { rows } = await sql<{ n: number }>`SELECT CAST(1764000000000 AS BIGINT) AS n`.execute(db);
  expect(rows).toEqual([{ n: 1_764_000_000_000 }]);
  await db.destroy();
});

it("closes a connection whose query was given up, so that nothing of it is committed by the next", async () => {
  const { url } = await sharedDatabase();
  const db = openPostgres({ url, maxConnections: 1 });
  const storage = createStorage(db, "postgres");
  const backend = await storage.within(
    {},
    async (tx) => (await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(tx.db)).rows[0]?.pid,
  );
  const slow = storage.within({}, async (tx) => {
    await sql`SET LOCAL statement_timeout = 0`.execute(tx.db);
    await sql`SELECT pg_sleep(20)`.execute(tx.db);
  });
  await expect(slow).rejects.toMatchObject({ code: "HUB_DATABASE" });
  const next = await storage.within(
    {},
    async (tx) => (await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(tx.db)).rows[0]?.pid,
  );
  expect(next).not.toBe(backend);
  await db.destroy();
});

it("lets a transaction wait for seconds for a connection that others have before it", async () => {
  const storage = createStorage(openPostgres({ url: (await sharedDatabase()).url, maxConnections: 1 }), "postgres");
  const order: string[] = [];
  const first = storage.within({}, async ({ db }) => {
    order.push("begun");
    await sql`SELECT pg_sleep(2)`.execute(db);
    order.push("ended");
  });
  await expect.poll(() => order).toEqual(["begun"]);
  await storage.within({}, async () => void order.push("next"));
  await first;
  expect(order).toEqual(["begun", "ended", "next"]);
  await storage.close();
});

it("says that the database does not answer, without its address or password", async () => {
  const { url } = await sharedDatabase();
  const wrong = Object.assign(new URL(url), { port: "1" }).href;
  const storage = createStorage(openPostgres({ url: wrong }), "postgres");
  const error = await storage.ping().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "HUB_DATABASE", message: "the hub's database does not answer (ECONNREFUSED)" });
  expect(JSON.stringify([error, String((error as Error).cause)])).not.toContain(new URL(url).password);
  await storage.close();
});

it("replaces connections that the database cut, without a request failing for an idle one", async () => {
  const { url } = await sharedDatabase();
  const lost: string[] = [];
  const storage = createStorage(openPostgres({ url, onLost: (code) => lost.push(code) }), "postgres");
  await storage.ping();
  const name = new URL(url).pathname.slice(1);
  await query(superUrlOf(url), [
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND usename = 'hub_app'`,
  ]);
  await expect.poll(() => lost).toContain("57P01");
  await storage.ping();
  await storage.close();
});
