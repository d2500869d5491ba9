// The audit line of a call, in a real database: who, where and when are the call's own.
// In: a rig and calls by hand. Out: rows of the audit.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Caller } from "../../../../src/hub/http/caller.ts";
import { actorOf, note } from "../../../../src/hub/record/note.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

const NOW_MS = 1_800_000_000_000;
const PERSON = { kind: "session", subjectId: "ses_1", userId: "usr_1", workspaceId: null, scopes: [], connections: null } as const;
const MACHINE = { ...PERSON, kind: "api_token", subjectId: "tok_1", userId: null } as const;

describe("the audit line of a call", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig();
  });
  afterAll(() => rig.destroy());

  const write = (
    place: { tenantId: string; workspaceId: string },
    caller: Omit<Caller, "tenantId">,
    ...rest: [Parameters<typeof note>[1]]
  ) =>
    rig.hub.parts.storage.within({ tenantId: place.tenantId, workspaceId: "*" }, async (tx) => {
      const standing = { workspaceId: place.workspaceId, role: null, scopes: [] };
      await note({ tx, caller: { ...caller, tenantId: place.tenantId }, standing, nowMs: NOW_MS }, ...rest);
    });
  const linesOf = (tenantId: string) =>
    rig.hub.parts.storage.within({ tenantId, workspaceId: "*" }, ({ db }) =>
      db.selectFrom("audit_event").selectAll().where("tenant_id", "=", tenantId).orderBy("seq").execute(),
    );

  it("names a person as such, and a machine by its token", () => {
    expect(actorOf({ caller: { ...PERSON, tenantId: "ten_1" } })).toBe("user:usr_1");
    expect(actorOf({ caller: { ...MACHINE, tenantId: "ten_1" } })).toBe("api_token:tok_1");
  });

  it("is in the workspace the call stood in, or in none, one after the other", async () => {
    const place = await rig.tenant();
    await write(place, PERSON, { action: "tried", subject: "a", detail: { count: 2 } });
    await write({ ...place, workspaceId: "" }, MACHINE, { action: "tried", subject: "b" });
    const lines = await linesOf(place.tenantId);
    expect(lines).toMatchObject([
      { seq: 1, at_ms: NOW_MS, workspace_id: place.workspaceId, actor: "user:usr_1", subject: "a", detail: '{"count":2}' },
      { seq: 2, at_ms: NOW_MS, workspace_id: null, actor: "api_token:tok_1", subject: "b", detail: "{}" },
    ]);
    expect(lines[1]?.previous_hash).toBe(lines[0]?.hash);
  });

  it("goes when the transaction of its call does", async () => {
    const place = await rig.tenant();
    const scope = { tenantId: place.tenantId, workspaceId: "*" };
    const failing = rig.hub.parts.storage.within(scope, async (tx) => {
      const standing = { workspaceId: place.workspaceId, role: null, scopes: [] };
      const call = { tx, caller: { ...PERSON, tenantId: place.tenantId }, standing, nowMs: NOW_MS };
      await note(call, { action: "tried", subject: "c" });
      throw new Error("on purpose");
    });
    await expect(failing).rejects.toThrow();
    expect(await linesOf(place.tenantId)).toEqual([]);
  });
});
