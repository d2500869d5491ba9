// Migrations: once, by one runner of several, and a schema one version ahead does not stop the replicas of this one; on both engines.
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_SCHEMA_VERSION, migrateHub, requireSchema, schemaVersion } from "../../../../src/hub/storage/migrate.ts";
import { openPostgres } from "../../../../src/hub/storage/open-postgres.ts";
import { serveHub } from "../../../../src/hub/serve-hub.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";
import { type PostgresDatabase, query } from "../../../support/hub/postgres.ts";
import { sharedDatabase } from "../../../support/hub/shared-postgres.ts";

const log = { info: () => undefined, error: () => undefined };

describe("on PostgreSQL", () => {
  it("five runners at once make one schema", async () => {
    const { ownerUrl } = await sharedDatabase();
    const runners = Array.from({ length: 5 }, () => openPostgres({ url: ownerUrl, maxConnections: 1 }));
    const [first] = runners as [(typeof runners)[0]];
    expect(await schemaVersion(first, "postgres")).toBe(0);
    const versions = await Promise.all(runners.map((db) => migrateHub(db, "postgres", 1)));
    expect(new Set(versions)).toEqual(new Set([HUB_SCHEMA_VERSION]));
    const steps = await first.selectFrom("schema_migration").selectAll().execute();
    expect(steps).toHaveLength(HUB_SCHEMA_VERSION);
    await Promise.all(runners.map((db) => db.destroy()));
  });
});

describe("a replica of version N", () => {
  let rig: HubRig;
  let database: PostgresDatabase;
  beforeAll(async () => {
    database = await sharedDatabase();
    rig = await startHubRig({ database });
  });
  afterAll(() => rig.destroy());

  /** What a next version's step may do: add. */
  const plant = (version: number) =>
    query(database.ownerUrl, [
      `ALTER TABLE secret ADD COLUMN note_${version} TEXT`,
      `ALTER TABLE api_token ADD COLUMN note_${version} TEXT DEFAULT 'new'`,
      `CREATE TABLE added_${version} (id TEXT NOT NULL PRIMARY KEY)`,
      `INSERT INTO schema_migration (version, applied_at_ms) VALUES (${version}, 1)`,
    ]);

  it("goes on serving, and starts anew, on the schema of N+1; on that of N+2 it does not start", async () => {
    const owner = await rig.person(await rig.tenant(), "owner");
    const work = async (url: string, mark: string): Promise<number[]> => {
      const headers = { authorization: `Bearer ${owner.tokens.accessToken}`, "content-type": "application/json" };
      const send = async (path: string, body: unknown) =>
        (await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) })).status;
      return [
        await send("/v1/secrets", { name: `KEY_${mark}`, value: "v" }),
        await send("/v1/secrets", { name: `KEY_${mark}`, value: "w" }),
        await send(`/v1/secrets/KEY_${mark}:access`, {}),
        await send("/v1/api_tokens", { name: mark }),
        (await fetch(`${url}/v1/api_tokens`, { headers })).status,
      ];
    };
    const fine = [201, 201, 200, 201, 200];
    expect(await work(rig.hub.url, "before")).toEqual(fine);
    await plant(HUB_SCHEMA_VERSION + 1);
    expect(await work(rig.hub.url, "during")).toEqual(fine);
    const second = await serveHub({ options: rig.options, log });
    expect(await work(second.url, "beside")).toEqual(fine);
    await second.stop();
    await plant(HUB_SCHEMA_VERSION + 2);
    await expect(serveHub({ options: rig.options, log })).rejects.toMatchObject({ code: "HUB_SCHEMA", hint: "install that version" });
    await query(database.ownerUrl, [`DELETE FROM schema_migration WHERE version > ${HUB_SCHEMA_VERSION}`]);
  });

  it("does not start on an older schema, and says what to run", async () => {
    const db = openPostgres({ url: database.ownerUrl, maxConnections: 1 });
    await sql`DELETE FROM schema_migration`.execute(db);
    await expect(requireSchema(db, "postgres")).rejects.toMatchObject({ code: "HUB_SCHEMA", hint: "keyward hub init" });
    await sql`INSERT INTO schema_migration (version, applied_at_ms) VALUES (1, 1)`.execute(db);
    await db.destroy();
  });
});
