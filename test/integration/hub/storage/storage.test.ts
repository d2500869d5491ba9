// The one door: a scope ends with its transaction, what collides is done again, what throws leaves nothing; on both engines.
import Database from "better-sqlite3-multiple-ciphers";
import { Kysely, SqliteDialect } from "kysely";
import { expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { randomText } from "../../../../src/core/ids.ts";
import { openPostgres } from "../../../../src/hub/storage/open-postgres.ts";
import { createStorage } from "../../../../src/hub/storage/storage.ts";
import type { HubTables } from "../../../../src/hub/storage/tables.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

const memory = () => new Kysely<HubTables>({ dialect: new SqliteDialect({ database: new Database(":memory:") }) });

describeOnBothEngines("the storage", (rig) => {
  const storage = () => rig().hub.parts.storage;
  const counter = async (tenantId: string): Promise<number> =>
    await storage().within({}, async ({ db }) => {
      const row = db.selectFrom("change_counter").select("rev").where("tenant_id", "=", tenantId);
      return (await row.executeTakeFirstOrThrow()).rev;
    });

  it("does again what collides, so that twenty writers who read first lose no count", async () => {
    const { tenantId } = await rig().tenant();
    const bump = () =>
      storage().within({ tenantId }, async ({ db }) => {
        const row = db.selectFrom("change_counter").select("rev").where("tenant_id", "=", tenantId);
        const { rev } = await row.executeTakeFirstOrThrow();
        await db
          .updateTable("change_counter")
          .set({ rev: rev + 1 })
          .where("tenant_id", "=", tenantId)
          .execute();
      });
    await Promise.all(Array.from({ length: 20 }, bump));
    expect(await counter(tenantId)).toBe(20);
  });

  it("holds so much at once and no more: the rest is told to come again, and there is room when something ends", async () => {
    const small = createStorage(
      rig().hub.parts.storage.engine === "postgres" ? openPostgres({ url: rig().options.databaseUrl ?? "" }) : memory(),
      storage().engine,
      2,
    );
    const ends: (() => void)[] = [];
    const held = [0, 1].map(() => small.within({}, () => new Promise<void>((resolve) => ends.push(resolve))));
    await expect(small.within({}, async () => 1)).rejects.toMatchObject({ code: "HUB_BUSY" });
    await expect.poll(() => ends.length).toBeGreaterThan(0);
    ends[0]?.();
    await Promise.race(held);
    // SQLite has one connection: the second begins when the first is done.
    await expect.poll(() => ends.length).toBe(2);
    ends[1]?.();
    await Promise.all(held);
    expect(await small.within({}, async () => 1)).toBe(1);
    await small.close();
  });

  it("leaves nothing of an act that throws, and passes its error on as it is", async () => {
    const { tenantId } = await rig().tenant();
    const error = new KeywardError("HUB_CONFLICT", "no");
    const act = storage().within({ tenantId }, async ({ db }) => {
      await db.updateTable("change_counter").set({ rev: 99 }).where("tenant_id", "=", tenantId).execute();
      throw error;
    });
    await expect(act).rejects.toBe(error);
    expect(await counter(tenantId)).toBe(0);
  });

  it("never lets a scope leak into the next transaction of a pooled connection", async () => {
    const places = [await rig().tenant(), await rig().tenant(), await rig().tenant()];
    const wrong: unknown[] = [];
    // Twice as many at once as the pool has connections, so that each serves all scopes in turn.
    const work = async (worker: number): Promise<void> => {
      for (let turn = worker; turn < 300; turn += 20) {
        const place = turn % 4 === 3 ? null : places[turn % 4];
        const scope = place ? { tenantId: place.tenantId, workspaceId: "*" } : {};
        const rows = await storage().within(scope, ({ db }) => {
          const all = db.selectFrom("workspace").select("tenant_id");
          // SQLite has the filters alone; PostgreSQL is asked without any.
          return (storage().engine === "sqlite" ? all.where("tenant_id", "=", place?.tenantId ?? "") : all).execute();
        });
        const expected = place ? [place.tenantId] : [];
        if (JSON.stringify(rows.map((row) => row.tenant_id)) !== JSON.stringify(expected)) wrong.push(rows);
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_none, worker) => work(worker)));
    expect(wrong).toEqual([]);
  });

  it("lets no row be written for another tenant than the one in scope", async () => {
    if (storage().engine === "sqlite") return;
    const [own, other] = [await rig().tenant(), await rig().tenant()];
    const write = storage().within({ tenantId: own.tenantId, workspaceId: "*" }, ({ db }) => {
      const row = {
        tenant_id: other.tenantId,
        workspace_id: "wsp_x",
        slug: randomText(5),
        name: "x",
        etag: "x",
        created_at_ms: 1,
        deleted_at_ms: null,
      };
      return db.insertInto("workspace").values(row).execute();
    });
    await expect(write).rejects.toMatchObject({ code: "42501" });
  });
});
