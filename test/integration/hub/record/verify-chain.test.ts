// A chain that was pruned is vouched for by one of its own events, and by nothing else; on both engines.
import { expect, it } from "vitest";
import { linkHash } from "../../../../src/hub/record/append-audit.ts";
import type { AuditEventTable } from "../../../../src/hub/storage/tables/record.ts";
import { pruneAudit } from "../../../../src/hub/upkeep/prune-records.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";
import { vaultScene } from "../../../support/hub/vault-scene.ts";

describeOnBothEngines("a chain of audit events", (rig) => {
  const { setUp } = vaultScene(rig);

  const chainOf = async (events: number) => {
    const { token, put, place } = await setUp();
    for (let turn = 0; turn < events; turn += 1) await put(`KEY_${turn}`, "v");
    const { tenantId } = place;
    return {
      tenantId,
      put,
      verify: async () => (await rig().call("GET", "/v1/audit/verify", { token })).body as Record<string, unknown>,
      /** As somebody with the database in hand. */
      tamper: (change: (rows: readonly AuditEventTable[]) => readonly AuditEventTable[]) =>
        rig().hub.parts.storage.within({ tenantId, workspaceId: "*" }, async ({ db }) => {
          const rows = await db.selectFrom("audit_event").selectAll().where("tenant_id", "=", tenantId).orderBy("seq").execute();
          await db.deleteFrom("audit_event").where("tenant_id", "=", tenantId).execute();
          for (const row of change(rows)) await db.insertInto("audit_event").values(row).execute();
        }),
    };
  };

  it("begins where its own event says that it was pruned, and goes on from there", async () => {
    const { tenantId, verify, put } = await chainOf(4);
    expect(await verify()).toEqual({ is_intact: true, events: 4, pruned: 0, first_broken_seq: null });
    expect(await pruneAudit(rig().hub.parts, tenantId, Date.now() + 1_000)).toBe(4);
    expect(await verify()).toEqual({ is_intact: true, events: 1, pruned: 4, first_broken_seq: null });
    await put("KEY_0", "w");
    await put("KEY_1", "w");
    expect(await verify()).toEqual({ is_intact: true, events: 3, pruned: 4, first_broken_seq: null });
    expect(await pruneAudit(rig().hub.parts, tenantId, Date.now() + 1_000)).toBe(3);
    expect(await verify()).toEqual({ is_intact: true, events: 1, pruned: 7, first_broken_seq: null });
  });

  it("shows that its head was cut off, before and after it was pruned", async () => {
    const { tenantId, verify, put, tamper } = await chainOf(3);
    await tamper((rows) => rows.slice(1));
    expect(await verify()).toMatchObject({ is_intact: false, first_broken_seq: 1 });
    const other = await chainOf(3);
    await pruneAudit(rig().hub.parts, other.tenantId, Date.now() + 1_000);
    for (const name of ["KEY_0", "KEY_1", "KEY_2"]) await other.put(name, "w");
    await other.tamper((rows) => rows.slice(1));
    expect(await other.verify()).toMatchObject({ is_intact: false, first_broken_seq: 1 });
    await put("KEY_0", "w");
    expect(await pruneAudit(rig().hub.parts, tenantId, 0)).toBe(0);
  });

  it("believes no event that says it was pruned elsewhere, or is not in its place", async () => {
    const { tenantId, verify, put, tamper } = await chainOf(3);
    await pruneAudit(rig().hub.parts, tenantId, Date.now() + 1_000);
    await put("KEY_0", "w");
    await put("KEY_1", "w");
    const [told] = [await verify()];
    expect(told).toMatchObject({ is_intact: true, pruned: 3 });
    // Of the right hash and yet about another event: everything after it is hashed anew by whoever wrote it.
    await tamper((rows) => relinked(rows.map((row) => ({ ...row, detail: row.detail.replace('"through_seq":3', '"through_seq":2') }))));
    expect(await verify()).toMatchObject({ is_intact: false, first_broken_seq: 1 });
    await tamper((rows) => rows.map((row) => ({ ...row, detail: row.detail.replace('"through_seq":2', '"through_seq":3') })));
    expect(await verify()).toMatchObject({ is_intact: false, first_broken_seq: 4 });
  });
});

function relinked(rows: readonly AuditEventTable[]): AuditEventTable[] {
  let previous = rows[0]?.previous_hash ?? "";
  return rows.map((row) => {
    const { tenant_id: tenantId, workspace_id: workspaceId, seq, event_id: eventId, at_ms: atMs, actor, action, subject } = row;
    const detail = JSON.parse(row.detail) as Record<string, string>;
    const linked = { ...row, previous_hash: previous };
    previous = linkHash(previous, { tenantId, workspaceId, seq, eventId, atMs, actor, action, subject, detail });
    return { ...linked, hash: previous };
  });
}
