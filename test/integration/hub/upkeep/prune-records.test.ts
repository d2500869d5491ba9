// What is older than whoever runs the hub wants goes, once a day, and the chain that loses its head can be verified as before; on both engines.
import { expect, it } from "vitest";
import type { Storage } from "../../../../src/hub/storage/storage.ts";
import { cleanUp } from "../../../../src/hub/upkeep/janitor.ts";
import { keptFromMs, pruneAudit, pruneRuns } from "../../../../src/hub/upkeep/prune-records.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";
import { vaultScene } from "../../../support/hub/vault-scene.ts";

const DAY_MS = 24 * 3_600_000;
let nowMs = Date.UTC(2026, 0, 1, 12);
const clock = { nowMs: () => nowMs };

describeOnBothEngines(
  "records",
  (rig) => {
    const scene = vaultScene(rig);
    const setUp = async () => {
      const { token, place } = await scene.setUp();
      // Tokens of before are over by now: every question is asked with one of this day.
      const today = async () => (await rig().person(place, "owner", { isTenantAdmin: true })).tokens.accessToken;
      return {
        token,
        place,
        ingest: async (...ids: readonly string[]) => {
          const runs = ids.map((run_id) => ({ run_id, started_at: 1 }));
          expect((await rig().call("POST", "/v1/ingest/runs", { token: await today(), body: { runs } })).body.accepted).toBe(ids.length);
        },
        isThere: async (id: string) => (await rig().call("GET", `/v1/ingest/runs/${id}`, { token: await today() })).status === 200,
        verify: async () => (await rig().call("GET", "/v1/audit/verify", { token: await today() })).body as Record<string, unknown>,
        audit: async () => (await rig().call("GET", "/v1/audit", { token: await today() })).body.data as { seq: number; action: string }[],
      };
    };

    it("stay for ever when nobody says how long", async () => {
      const team = await setUp();
      await team.ingest("run_old");
      nowMs += 4_000 * DAY_MS;
      await cleanUp(rig().hub.parts, { owner: "one" });
      expect([await team.isThere("run_old"), await team.verify()]).toMatchObject([true, { is_intact: true, pruned: 0 }]);
    });

    it("go when they are older, runs and events each by their own days, and the chain holds", async () => {
      const team = await setUp();
      await team.ingest("run_a");
      nowMs += 20 * DAY_MS;
      await team.ingest("run_b");
      nowMs += 20 * DAY_MS;
      const keeping = { runsDays: 30, auditDays: 10 };
      await cleanUp(rig().hub.parts, { owner: "one", keeping });
      expect([await team.isThere("run_a"), await team.isThere("run_b")]).toEqual([false, true]);
      expect(await team.verify()).toEqual({ is_intact: true, events: 1, pruned: 2, first_broken_seq: null });
      expect(await team.audit()).toMatchObject([{ seq: 3, action: "audit.prune" }]);
      await team.ingest("run_c");
      expect((await team.audit()).map(({ seq }) => seq)).toEqual([3, 4]);
    });

    it("are looked at once a day, and at once when the days are others", async () => {
      const team = await setUp();
      await team.ingest("run_day");
      nowMs += 5 * DAY_MS;
      const clean = (auditDays: number) => cleanUp(rig().hub.parts, { owner: "one", keeping: { runsDays: null, auditDays } });
      await clean(20);
      expect(await team.verify()).toMatchObject({ pruned: 0 });
      await clean(3);
      expect(await team.verify()).toMatchObject({ is_intact: true, pruned: 1 });
      nowMs += 3_600_000;
      await team.ingest("run_hour");
      await clean(3);
      expect((await team.audit()).map(({ action }) => action)).toEqual(["audit.prune", "run.ingest"]);
    });

    it("of one tenant that cannot be cleaned up keep nobody else's, and are done the next time", async () => {
      const [one, two] = [await setUp(), await setUp()];
      await one.ingest("run_one");
      await two.ingest("run_two");
      nowMs += 50 * DAY_MS;
      const { parts } = rig().hub;
      let isBroken = true;
      const within: Storage["within"] = (scope, act) =>
        isBroken && scope.tenantId === one.place.tenantId ? Promise.reject(new Error("on purpose")) : parts.storage.within(scope, act);
      const broken = { ...parts, storage: { ...parts.storage, within } };
      const clean = () => cleanUp(broken, { owner: "one", keeping: { runsDays: 40, auditDays: null } });
      expect(await clean()).toBe(true);
      expect([await one.isThere("run_one"), await two.isThere("run_two")]).toEqual([true, false]);
      expect(rig().logged.join("\n")).toContain(one.place.tenantId);
      isBroken = false;
      await clean();
      expect(await one.isThere("run_one")).toBe(false);
    });

    it("go in as many steps as it takes, however many there are", async () => {
      const { place, verify } = await setUp();
      const { parts } = rig().hub;
      await parts.storage.within({ tenantId: place.tenantId, workspaceId: "*" }, async ({ db }) => {
        const row = { tenant_id: place.tenantId, workspace_id: place.workspaceId, device_id: null, record: "{}", started_at_ms: 0 };
        const rows = Array.from({ length: 4_001 }, (_, n) => ({ ...row, run_id: `run_${n}`, received_at_ms: n < 4_000 ? 1 : nowMs }));
        for (let from = 0; from < rows.length; from += 500)
          await db
            .insertInto("run")
            .values(rows.slice(from, from + 500))
            .execute();
      });
      expect(await pruneRuns(parts, place.tenantId, 2)).toBe(4_000);
      expect(await pruneRuns(parts, place.tenantId, 2)).toBe(0);
      expect(await pruneAudit(parts, place.tenantId, nowMs)).toBe(0);
      expect(await verify()).toMatchObject({ is_intact: true });
    });
  },
  { clock },
);

it("keeps whole days", () => {
  const noon = Date.UTC(2026, 0, 10, 12);
  expect(keptFromMs(3, noon)).toBe(Date.UTC(2026, 0, 7));
  expect(keptFromMs(3, noon + 11 * 3_600_000)).toBe(Date.UTC(2026, 0, 7));
  expect(keptFromMs(3, noon + 12 * 3_600_000)).toBe(Date.UTC(2026, 0, 8));
});
