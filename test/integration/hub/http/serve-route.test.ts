// One request to a route made for this test: admission before the act, one transaction, answers kept, waits outside.
// In: a rig and hand-made routes. Out: answers and refusals.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RouteSpec } from "../../../../src/hub/http/route.ts";
import { type Arrived, serveRoute } from "../../../../src/hub/http/serve-route.ts";
import type { HubParts } from "../../../../src/hub/hub-parts.ts";
import { note } from "../../../../src/hub/record/note.ts";
import { type HubRig, type Person, startHubRig } from "../../../support/hub/hub-rig.ts";

describe("a request to a route", () => {
  let rig: HubRig;
  let place: { tenantId: string; workspaceId: string };
  let viewer: Person;
  beforeAll(async () => {
    rig = await startHubRig();
    place = await rig.tenant();
    viewer = await rig.person(place, "viewer");
  });
  afterAll(() => rig.destroy());

  const serve = (spec: Partial<RouteSpec>, more: Partial<Arrived> = {}, parts: Partial<HubParts> = {}) => {
    const whole: RouteSpec = {
      method: "post",
      path: "/v1/tried",
      summary: "tried",
      access: { to: "caller" },
      status: 200,
      act: async () => "done",
      ...spec,
    };
    return serveRoute(
      whole,
      { ...rig.hub.parts, ...parts },
      {
        token: viewer.tokens.accessToken,
        idempotencyKey: undefined,
        body: {},
        query: {},
        params: {},
        from: { requestId: "req_1", ip: "127.0.0.1", userAgent: "test", ifMatch: null, workspace: undefined, publicKey: null },
        signal: new AbortController().signal,
        ...more,
      },
    );
  };

  it("is done for a caller who may, who then stands in the workspace", async () => {
    const access = { to: "workspace", scope: "secrets:read" } as const;
    const answer = await serve({ access, act: async ({ standing, caller }) => [standing.workspaceId, standing.role, caller.userId] });
    expect(answer).toEqual({ status: 200, body: [place.workspaceId, "viewer", viewer.userId] });
  });

  it("does nothing for a caller who is unknown, lacks the scope, or is no admin of the tenant", async () => {
    let acts = 0;
    const act = async () => (acts += 1);
    await expect(serve({ act }, { token: null })).rejects.toMatchObject({ code: "HUB_LOGIN_REQUIRED" });
    const scope = "secrets:write" as const;
    await expect(serve({ act, access: { to: "workspace", scope } })).rejects.toMatchObject({ code: "HUB_FORBIDDEN" });
    await expect(serve({ act, access: { to: "tenant_admin" } })).rejects.toMatchObject({ code: "HUB_FORBIDDEN" });
    expect(acts).toBe(0);
    await serve({ act, access: { to: "anyone" } }, { token: null });
    expect(acts).toBe(1);
  });

  it("counts a request once, however often the database wants its transaction again", async () => {
    let acts = 0;
    const counted: string[] = [];
    const act = async () => {
      acts += 1;
      if (acts < 4) throw Object.assign(new Error("could not serialize access"), { code: "40001" });
      return acts;
    };
    const answer = await serve({ act }, {}, { limit: { require: (tier) => void counted.push(tier) } });
    expect([answer.body, counted]).toEqual([4, ["api"]]);
  });

  it("counts a poll once that was woken", async () => {
    let found: string | null = null;
    const counted: string[] = [];
    const longPoll = async (): Promise<boolean> => {
      found = "news";
      return true;
    };
    const spec = { method: "get", act: async () => found, longPoll } as const;
    const answer = await serve(spec, {}, { limit: { require: (tier) => void counted.push(tier) } });
    expect([answer.body, counted]).toEqual(["news", ["api"]]);
  });

  it("does a create once for one Idempotency-Key", async () => {
    let acts = 0;
    const spec = { isCreate: true, status: 201, act: async () => ({ made: (acts += 1) }) } as const;
    for (let turn = 0; turn < 2; turn += 1)
      expect(await serve(spec, { idempotencyKey: "create-1" })).toEqual({ status: 201, body: { made: 1 } });
    expect(await serve(spec, { idempotencyKey: "create-2" })).toMatchObject({ body: { made: 2 } });
    const other = serve(spec, { idempotencyKey: "create-1", body: { other: true } });
    await expect(other).rejects.toMatchObject({ code: "HUB_CONFLICT" });
    const from = { requestId: "req_2", ip: "127.0.0.1", userAgent: "test", ifMatch: null, workspace: "elsewhere", publicKey: null };
    await expect(serve(spec, { idempotencyKey: "create-1", from })).rejects.toMatchObject({ code: "HUB_CONFLICT" });
  });

  it("leaves nothing behind when its act fails", async () => {
    const access = { to: "workspace", scope: "secrets:read" } as const;
    const failing = serve({
      access,
      act: async (call) => {
        await note(call, { action: "tried.and_failed", subject: "x" });
        throw new Error("on purpose");
      },
    });
    await expect(failing).rejects.toThrow();
    const lines = await rig.hub.parts.storage.within({ tenantId: place.tenantId, workspaceId: "*" }, ({ db }) =>
      db.selectFrom("audit_event").selectAll().where("action", "=", "tried.and_failed").execute(),
    );
    expect(lines).toEqual([]);
  });

  it("answers 304 when there is nothing, and is done again when the wait says that something came", async () => {
    let found: string | null = null;
    const spec = { method: "get", act: async () => found } as const;
    expect(await serve({ ...spec, longPoll: async () => false })).toEqual({ status: 304, body: null });
    const longPoll = async (): Promise<boolean> => {
      found = "news";
      return true;
    };
    expect(await serve({ ...spec, longPoll })).toEqual({ status: 200, body: "news" });
    expect(await serve({ ...spec, afterwards: async (result) => `${String(result)} later` })).toEqual({ status: 200, body: "news later" });
  });
});
