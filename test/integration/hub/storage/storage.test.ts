// The one door: a scope ends with its transaction, what collides is done again, what throws leaves nothing; on both engines.
import { expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { randomText } from "../../../../src/core/ids.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

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
    const turns = Array.from({ length: 300 }, (_none, turn) => turn);
    const wrong: unknown[] = [];
    await Promise.all(
      turns.map(async (turn) => {
        const place = turn % 4 === 3 ? null : places[turn % 4];
        const scope = place ? { tenantId: place.tenantId, workspaceId: "*" } : {};
        const rows = await storage().within(scope, ({ db }) => {
          const all = db.selectFrom("workspace").select("tenant_id");
          // SQLite has the filters alone; PostgreSQL is asked without any.
          return (storage().engine === "sqlite" ? all.where("tenant_id", "=", place?.tenantId ?? "") : all).execute();
        });
        const expected = place ? [place.tenantId] : [];
        if (JSON.stringify(rows.map((row) => row.tenant_id)) !== JSON.stringify(expected)) wrong.push(rows);
      }),
    );
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
