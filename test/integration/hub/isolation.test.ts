// No route shows one tenant anything of another: every route of the list is walked with foreign ids, and the database is asked directly without a scope.
import { sql } from "kysely";
import { expect, it } from "vitest";
import { randomText } from "../../../src/core/ids.ts";
import { ROUTES } from "../../../src/hub/routes/routes.ts";
import { FENCED_TABLES } from "../../../src/hub/storage/policies.ts";
import { describeOnBothEngines } from "../../support/hub/engines.ts";
import { BODIES, fillPath, furnish } from "../../support/hub/furnished.ts";

describeOnBothEngines("a stranger", (rig) => {
  it("is refused by every route that takes an id, with the words for an id that does not exist", async () => {
    const victim = await furnish(rig(), "victim");
    const thief = await furnish(rig(), "thief");
    const withIds = ROUTES.filter((spec) => spec.path.includes("{") && !spec.path.startsWith("/v1/providers/"));
    expect(withIds.length).toBeGreaterThan(15);
    const nobody = Object.fromEntries(
      Object.keys(victim.ids).map((name) => [name, name === "version" ? "1" : `${name.slice(0, 3)}_nobody`]),
    );
    for (const spec of withIds) {
      const body = BODIES[`${spec.method} ${spec.path}`];
      for (const token of [thief.token, thief.machineToken]) {
        const options = { token, ...(body === undefined ? {} : { body }) };
        const foreign = await rig().call(spec.method.toUpperCase(), fillPath(spec.path, victim.ids), options);
        const unknown = await rig().call(spec.method.toUpperCase(), fillPath(spec.path, nobody), options);
        expect([spec.path, foreign.status]).toEqual([spec.path, unknown.status]);
        expect(foreign.status).toBeGreaterThanOrEqual(403);
        expect({ ...foreign.body.error, request_id: "" }).toEqual({ ...unknown.body.error, request_id: "" });
      }
    }
    const me = await rig().call("GET", "/v1/me", { token: victim.token });
    expect(me.body.workspace.name).toBe("Main");
    expect((await rig().call("GET", "/v1/me", { token: victim.machineToken })).status).toBe(200);
  });

  it("finds nothing of another tenant in any list, whatever workspace it names", async () => {
    const victim = await furnish(rig(), `a${Date.now()}`);
    const thief = await furnish(rig(), `b${Date.now()}`);
    const lists = ROUTES.filter((spec) => spec.method === "get" && !spec.path.includes("{"));
    expect(lists.length).toBeGreaterThan(8);
    for (const spec of lists) {
      for (const headers of [{}, { "x-keyward-workspace": victim.place.workspaceId }]) {
        const answer = await rig().call("GET", spec.path, { token: thief.token, headers });
        const text = JSON.stringify(answer.body);
        for (const id of [victim.mark, ...Object.values(victim.ids).filter((value) => value.length > 5)])
          expect([spec.path, text]).not.toEqual([spec.path, expect.stringContaining(id)]);
      }
    }
  });

  it("learns and takes nothing by naming foreign things in a body, a query or a header", async () => {
    const victim = await furnish(rig(), `g${Date.now()}`);
    const thief = await furnish(rig(), `h${Date.now()}`);
    const connect = { provider: "openai", name: "stolen", origins: ["https://api.openai.com"] };
    const asks: readonly ((ids: Readonly<Record<string, string>>, mark: string) => readonly [string, string, unknown?])[] = [
      (ids) => ["POST", "/v1/connections", { ...connect, secret: ids["secret_id"] }],
      (_ids, mark) => ["POST", "/v1/connections", { ...connect, secret: `KEY_${mark}` }],
      (ids) => ["PATCH", `/v1/connections/${thief.ids["connection_id"]}`, { secret: ids["secret_id"] }],
      (ids) => ["POST", "/v1/api_tokens", { name: "run", kind: "run", connections: [ids["connection_id"]] }],
      (ids) => ["POST", "/v1/access_decisions", { scope: "admin", workspace: ids["workspace_id"] }],
      (ids) => ["GET", `/v1/me?workspace=${ids["workspace_id"]}`],
    ];
    const unknown = Object.fromEntries(Object.keys(victim.ids).map((name) => [name, `${name.slice(0, 3)}_nobody`]));
    for (const token of [thief.token, thief.machineToken]) {
      for (const ask of asks) {
        const send = async (ids: Readonly<Record<string, string>>, mark: string) => {
          const [method, path, body] = ask(ids, mark);
          const answer = await rig().call(method, path, { token, ...(body === undefined ? {} : { body }) });
          expect(JSON.stringify(answer.body)).not.toContain(victim.mark);
          return [method, path.split("?")[0], answer.status, { ...answer.body, error: { ...answer.body.error, request_id: "" } }];
        };
        expect(await send(victim.ids, victim.mark)).toEqual(await send(unknown, "nobody"));
      }
      for (const spec of ROUTES.filter(({ access }) => access.to === "workspace")) {
        const body = BODIES[`${spec.method} ${spec.path}`];
        const send = async (workspace: string) => {
          const headers = { "x-keyward-workspace": workspace };
          const options = { token, headers, ...(body === undefined ? {} : { body }) };
          const answer = await rig().call(spec.method.toUpperCase(), fillPath(spec.path, victim.ids), options);
          return [spec.path, answer.status, { ...answer.body.error, request_id: "" }];
        };
        const foreign = await send(victim.place.workspaceId);
        expect(foreign).toEqual(await send("wsp_nobody"));
        expect(foreign[1]).toBe(403);
      }
    }
    // A definition of the same name is another one.
    const own = { id: victim.ids["provider_id"], label: "the thief's" };
    const put = await rig().call("PUT", `/v1/providers/${own.id}`, { token: thief.token, body: own });
    expect(put.status).toBe(200);
    await rig().call("DELETE", `/v1/providers/${own.id}`, { token: thief.token });
    const kept = await rig().call("GET", "/v1/providers", { token: victim.token });
    expect(kept.body.data.map(({ definition }: { definition: object }) => definition)).toEqual([{ id: own.id }]);
  });

  it("meets forced row-level security in the database itself", async () => {
    const victim = await furnish(rig(), `c${Date.now()}`);
    const { storage } = rig().hub.parts;
    if (storage.engine !== "postgres") return;
    const thief = await furnish(rig(), `d${Date.now()}`);
    for (const scope of [{}, { tenantId: thief.place.tenantId, workspaceId: "*" }]) {
      const rows = await storage.within(scope, async ({ db }) => ({
        secrets: await db.selectFrom("secret").selectAll().where("tenant_id", "=", victim.place.tenantId).execute(),
        tokens: await db.selectFrom("api_token").selectAll().where("tenant_id", "=", victim.place.tenantId).execute(),
        digests: await db.selectFrom("credential").selectAll().execute(),
        people: await db.selectFrom("user_account").selectAll().execute(),
      }));
      expect(rows).toEqual({ secrets: [], tokens: [], digests: [], people: [] });
    }
    const write = storage.within({ tenantId: thief.place.tenantId, workspaceId: "*" }, ({ db }) =>
      db.updateTable("secret").set({ name: "STOLEN" }).where("tenant_id", "=", victim.place.tenantId).executeTakeFirst(),
    );
    expect((await write).numUpdatedRows).toBe(0n);
  });

  it("is told nothing by two hundred odd ids, and sees no row of others in any table, asked directly", async () => {
    const victim = await furnish(rig(), `e${Date.now()}`);
    const thief = await furnish(rig(), `f${Date.now()}`);
    const withIds = ROUTES.filter((spec) => spec.path.includes("{") && spec.method === "get");
    const ids = Object.values(victim.ids);
    const guesses = Array.from({ length: 200 }, (_none, turn) => {
      const id = ids[turn % ids.length] ?? "";
      // A prefix, a neighbour, another case, a wildcard, another kind's id, something that is none.
      const variants = [id, id.slice(0, -1), `${id.slice(0, -1)}~`, id.toUpperCase(), "%", "_", "*", "..", "' OR '1'='1", randomText(24)];
      return encodeURIComponent(variants[turn % variants.length] ?? "");
    });
    for (const guess of guesses) {
      const spec = withIds[Math.floor(Math.random() * withIds.length)] as (typeof withIds)[0];
      const path = spec.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => (name === "version" ? "1" : guess));
      const answer = await rig().call("GET", path, { token: thief.token });
      expect([path, JSON.stringify(answer.body)]).not.toEqual([path, expect.stringContaining(victim.mark)]);
      expect([403, 404, 422]).toContain(answer.status);
    }
    const { storage } = rig().hub.parts;
    if (storage.engine !== "postgres") return;
    const scopes = [
      {},
      { tenantId: thief.place.tenantId, workspaceId: "*", userId: thief.ids["user_id"] ?? "" },
      { key: "%" },
      { workspaceId: "*" },
    ];
    for (const scope of scopes) {
      for (const table of FENCED_TABLES) {
        const rows = await storage.within(scope, async ({ db }) => (await sql<object>`SELECT * FROM ${sql.table(table)}`.execute(db)).rows);
        expect([table, JSON.stringify(rows)]).not.toEqual([table, expect.stringContaining(victim.place.tenantId)]);
      }
    }
  });
});
