// Who may claim a device login and decide it: one browser, for the workspaces its person is in, with scopes its role is worth.
// In: a rig and two approvers. Out: claims, seats and decisions.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Approver, claimLogin, decideLogin, seatsOf } from "../../../../src/hub/device/approve-login.ts";
import { beginLogin } from "../../../../src/hub/device/begin-login.ts";
import type { HubTransaction } from "../../../../src/hub/storage/storage.ts";
import type { HubScope, Role } from "../../../../src/hub/tokens/scopes.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

let nowMs = Date.now();
const scopes = ["secrets:read", "secrets:write", "tokens:admin"] as const;

describe("the decision about a device login", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig({ clock: { nowMs: () => nowMs } });
  });
  afterAll(() => rig.destroy());

  const within = <T>(act: (tx: HubTransaction) => Promise<T>): Promise<T> => rig.hub.parts.storage.within({}, act);
  const begin = async (): Promise<string> => {
    const request = { clientId: "keyward-cli", scopes, hostName: "laptop", ip: "127.0.0.1", userAgent: "test" };
    return (await beginLogin(rig.hub.parts, request)).userCode;
  };
  const claim = (code: string, by: Approver) => within((tx) => claimLogin(tx, rig.hub.parts, { code, by }));
  const decide = (code: string, by: Approver, more: { workspaceId: string; isApproved?: boolean }) =>
    within((tx) => decideLogin(tx, rig.hub.parts, { code, by, isApproved: true, scopes, ...more }));
  const approver = async (role: Role = "member") => {
    const place = await rig.tenant();
    const { userId } = await rig.person(place, role);
    return { place, by: { browserSessionId: `web_of_${userId}`, userId } };
  };

  it("is open to the browser that claimed the code, again and however it is typed, and to no other", async () => {
    const [first, second] = [await approver(), await approver()];
    const code = await begin();
    expect(await claim(code.toLowerCase().replace("-", " "), first.by)).toMatchObject({ status: "claimed", host_name: "laptop" });
    expect(await claim(code, first.by)).not.toBeNull();
    expect(await claim(code, second.by)).toBeNull();
    await expect(decide(code, second.by, second.place)).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
  });

  it("grants no more than the role is worth, and is written to the audit", async () => {
    const { place, by } = await approver("viewer");
    const code = await begin();
    const row = await claim(code, by);
    expect(await decide(code, by, place)).toBe("approved");
    const key = row?.device_digest ?? "";
    const [decided, line] = await within(async (tx) => {
      await tx.narrow({ key, tenantId: place.tenantId, workspaceId: "*" });
      const rows = tx.db.selectFrom("device_code").selectAll().where("device_digest", "=", key);
      const lines = tx.db.selectFrom("audit_event").selectAll().where("tenant_id", "=", place.tenantId);
      return [await rows.executeTakeFirst(), await lines.where("action", "=", "device_login.approve").executeTakeFirst()];
    });
    expect(decided).toMatchObject({ status: "approved", workspace_id: place.workspaceId, granted_scopes: '["secrets:read"]' });
    expect(line).toMatchObject({ actor: `user:${by.userId}`, subject: "laptop" });
  });

  it("is refused to someone without the role when the login asks for the scope admin, and can be taken without it", async () => {
    const { place, by } = await approver("member");
    const asked = {
      clientId: "keyward-cli",
      scopes: ["secrets:read", "admin"],
      hostName: "laptop",
      ip: "127.0.0.1",
      userAgent: "test",
    } as const;
    const code = (await beginLogin(rig.hub.parts, asked)).userCode;
    await claim(code, by);
    const decideWith = (ticked: readonly HubScope[]) =>
      within((tx) => decideLogin(tx, rig.hub.parts, { code, by, isApproved: true, scopes: ticked, ...place }));
    await expect(decideWith(asked.scopes)).rejects.toMatchObject({
      code: "HUB_FORBIDDEN",
      hint: expect.stringContaining("untick") as string,
    });
    expect(await decideWith(["secrets:read"])).toBe("approved");
  });

  it("is refused for a workspace of others, and can still be a no after that", async () => {
    const { by } = await approver();
    const foreign = await rig.tenant();
    const code = await begin();
    await claim(code, by);
    await expect(decide(code, by, foreign)).rejects.toMatchObject({ code: "HUB_FORBIDDEN" });
    expect(await decide(code, by, { ...foreign, isApproved: false })).toBe("denied");
  });

  it("is too late once the code is over", async () => {
    const { place, by } = await approver();
    const [claimed, untouched] = [await begin(), await begin()];
    await claim(claimed, by);
    nowMs += 600_000;
    expect(await claim(untouched, by)).toBeNull();
    await expect(decide(claimed, by, place)).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
  });

  it("offers the person's own workspaces, and none of a tenant that allows no device logins", async () => {
    const { place, by } = await approver("admin");
    expect(await within((tx) => seatsOf(tx, by.userId))).toMatchObject([{ ...place, workspaceName: "Main", role: "admin" }]);
    await within(async (tx) => {
      await tx.narrow({ tenantId: place.tenantId, workspaceId: "*" });
      await tx.db.updateTable("tenant").set({ device_login: 0 }).where("tenant_id", "=", place.tenantId).execute();
    });
    expect(await within((tx) => seatsOf(tx, by.userId))).toEqual([]);
  });
});
