// What has to go goes, by one replica at a time, and nothing else; on both engines.
import { expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { cleanUp } from "../../../../src/hub/upkeep/janitor.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

const DAY_MS = 24 * 3_600_000;
let nowMs = Date.now() - 100 * DAY_MS;
const clock = { nowMs: () => nowMs };

describeOnBothEngines(
  "the janitor",
  (rig) => {
    it("purges a deleted secret after its 30 days, and makes daemons that were away start afresh", async () => {
      const owner = await rig().person(await rig().tenant(), "owner");
      const call = (method: string, path: string, body?: unknown) =>
        rig().call(method, path, { token: owner.tokens.accessToken, ...(body === undefined ? {} : { body }) });
      const gone = await call("POST", "/v1/secrets", { name: "GONE", value: "x" });
      const kept = await call("POST", "/v1/secrets", { name: "KEPT", value: "x" });
      await call("POST", "/v1/connections", { provider: "openai", secret: "GONE", origins: ["https://api.openai.com"] });
      expect((await call("DELETE", `/v1/secrets/${gone.body.id}?force=true`)).status).toBe(204);
      expect(await cleanUp(rig().hub.parts, { owner: "one" })).toBe(true);
      expect((await call("POST", `/v1/secrets/${gone.body.id}:undelete`)).status).toBe(200);
      await call("DELETE", `/v1/secrets/${gone.body.id}?force=true`);
      nowMs += 31 * DAY_MS;
      expect(await cleanUp(rig().hub.parts, { owner: "one" })).toBe(true);
      const { storage } = rig().hub.parts;
      const { tenant_id: tenantId } = owner.tokens.session;
      const left = await storage.within({ tenantId, workspaceId: "*" }, async ({ db }) => ({
        secrets: await db.selectFrom("secret").select("secret_id").where("tenant_id", "=", tenantId).execute(),
        versions: await db.selectFrom("secret_version").select("secret_id").where("tenant_id", "=", tenantId).execute(),
        counter: await db.selectFrom("change_counter").selectAll().where("tenant_id", "=", tenantId).executeTakeFirstOrThrow(),
      }));
      expect(left.secrets).toEqual([{ secret_id: kept.body.id }]);
      expect(left.versions).toEqual([{ secret_id: kept.body.id }]);
      expect(left.counter.oldest_rev).toBeGreaterThan(0);
    });

    it("deletes digests that are over for a day, and leaves those that live", async () => {
      const old = await rig().person(await rig().tenant());
      nowMs += 366 * DAY_MS;
      const young = await rig().person(await rig().tenant());
      await cleanUp(rig().hub.parts, { owner: "one" });
      const find = async (token: string) => {
        const key = rig().hub.parts.digester.digest(token).digest;
        return await rig().hub.parts.storage.within({ key }, ({ db }) =>
          db.selectFrom("credential").selectAll().where("digest", "=", key).execute(),
        );
      };
      expect(await find(young.tokens.accessToken)).toHaveLength(1);
      // PostgreSQL's fence goes by the database's own clock, which this test does not turn.
      if (rig().hub.parts.storage.engine === "sqlite") expect(await find(old.tokens.refreshToken)).toHaveLength(0);
    });

    it("is one of them at a time, and another one once the first is silent", async () => {
      const { parts } = rig().hub;
      const [one, two] = [randomText(8), randomText(8)];
      nowMs += DAY_MS;
      expect(await cleanUp(parts, { owner: one })).toBe(true);
      expect(await cleanUp(parts, { owner: two })).toBe(false);
      expect(await cleanUp(parts, { owner: one })).toBe(true);
      nowMs += 6 * 60_000;
      const both = await Promise.all([cleanUp(parts, { owner: two }), cleanUp(parts, { owner: `${two}b` })]);
      expect(both.filter(Boolean)).toHaveLength(1);
    });
  },
  { clock },
);
