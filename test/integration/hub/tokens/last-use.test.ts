// Last seen: thousands of requests, a handful of row updates; a batch that fails is kept, and an older sighting never wins; on both engines.
import { expect, it } from "vitest";
import { createLastUses } from "../../../../src/hub/tokens/last-use.ts";
import type { Storage } from "../../../../src/hub/storage/storage.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";
import { query } from "../../../support/hub/postgres.ts";

describeOnBothEngines("last uses", (rig) => {
  const seen = (subjectId: string, usedAtMs: number) => ({ subjectId, usedAtMs, ip: "127.0.0.1", userAgent: "test" });
  const read = (subjectId: string) =>
    rig().hub.parts.storage.within({}, ({ db }) =>
      db.selectFrom("last_use").selectAll().where("subject_id", "=", subjectId).executeTakeFirst(),
    );

  it("writes a thousand requests of ten tokens as ten rows, once", async () => {
    const { storage } = rig().hub.parts;
    const uses = createLastUses(storage);
    for (let turn = 0; turn < 1_000; turn += 1) uses.see(seen(`tok_batch_${turn % 10}`, turn));
    await uses.flush();
    await uses.flush();
    expect(await read("tok_batch_9")).toMatchObject({ used_at_ms: 999 });
    const { databaseUrl } = rig().options;
    if (databaseUrl === undefined) return;
    await expect
      .poll(async () => {
        // A backend reports what it did when it does something again.
        await storage.ping();
        const [stats] = await query(databaseUrl, [
          "SELECT n_tup_ins + n_tup_upd AS writes FROM pg_stat_user_tables WHERE relname = 'last_use'",
        ]);
        return Number((stats?.rows as { writes: string }[] | undefined)?.[0]?.writes);
      })
      .toBe(10);
  });

  it("keeps a batch that could not be written, with what came meanwhile", async () => {
    const real = rig().hub.parts.storage;
    let isAway = true;
    const within: Storage["within"] = (scope, act) => (isAway ? Promise.reject(new Error("away")) : real.within(scope, act));
    const uses = createLastUses({ ...real, within });
    uses.see(seen("tok_kept", 1));
    await uses.flush();
    uses.see(seen("tok_kept", 2));
    uses.see(seen("tok_new", 3));
    isAway = false;
    await uses.flush();
    expect([await read("tok_kept"), await read("tok_new")]).toMatchObject([{ used_at_ms: 2 }, { used_at_ms: 3 }]);
  });

  it("leaves nothing for later that is there when it writes, however many there are", async () => {
    const { storage } = rig().hub.parts;
    const uses = createLastUses(storage);
    for (let each = 0; each < 5_001; each += 1) uses.see(seen(`tok_many_${each}`, 1));
    await uses.flush();
    expect([await read("tok_many_0"), await read("tok_many_5000")]).toMatchObject([{ used_at_ms: 1 }, { used_at_ms: 1 }]);
  });

  it("lets no replica's older sighting take the place of a newer one", async () => {
    const { storage } = rig().hub.parts;
    for (const usedAtMs of [10, 5, 12]) {
      const uses = createLastUses(storage);
      uses.see(seen("tok_both", usedAtMs));
      await uses.flush();
      expect((await read("tok_both"))?.used_at_ms).toBe(Math.max(10, usedAtMs));
    }
  });
});
