// Invitations in real databases: for one address, once, until they are over; on both engines.
import { expect, it } from "vitest";
import { acceptInvite, createInvite, findInvite } from "../../../../src/hub/people/invites.ts";
import { addUser } from "../../../../src/hub/people/people.ts";
import { randomText } from "../../../../src/core/ids.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

let nowMs = Date.now();
const clock = { nowMs: () => nowMs };

describeOnBothEngines(
  "an invitation",
  (rig) => {
    const invite = async (lifeMs = 60_000): Promise<string> => {
      const place = await rig().tenant();
      const wanted = { ...place, email: null, role: "viewer", isTenantAdmin: true, createdBy: "test", lifeMs } as const;
      return await rig().hub.parts.storage.within({ tenantId: place.tenantId, workspaceId: "*" }, (tx) =>
        createInvite(tx, rig().hub.parts, wanted),
      );
    };
    const find = (token: string) => rig().hub.parts.storage.within({}, (tx) => findInvite(tx, rig().hub.parts, token));

    it("makes a person what it says, and is spent by it", async () => {
      const token = await invite();
      const { storage } = rig().hub.parts;
      const roles = await storage.within({}, async (tx) => {
        const found = await findInvite(tx, rig().hub.parts, token);
        if (found === null) throw new Error("not found");
        const user = await addUser(tx, { email: `${randomText(6)}@example.com`, name: "A", passwordHash: null, subject: null, nowMs });
        await acceptInvite(tx, found, { user, nowMs });
        await tx.narrow({ userId: user.user_id });
        const member = await tx.db.selectFrom("membership").select("role").where("user_id", "=", user.user_id).executeTakeFirst();
        const tenant = await tx.db.selectFrom("tenant_member").select("role").where("user_id", "=", user.user_id).executeTakeFirst();
        return [member?.role, tenant?.role];
      });
      expect(roles).toEqual(["viewer", "tenant_admin"]);
      expect(await find(token)).toBeNull();
    });

    it("is nothing once it is over, changed, or another kind of token", async () => {
      const token = await invite();
      expect(await find(token)).not.toBeNull();
      expect([await find(token.replace("inv", "pat")), await find(`${token.slice(0, -1)}x`)]).toEqual([null, null]);
      nowMs += 60_000;
      expect(await find(token)).toBeNull();
    });
  },
  { clock },
);
