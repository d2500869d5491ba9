// Whom an identity stands for, in a real database: who signed in before, who has the verified address, who was invited, and nobody else.
// In: a rig and identities by hand; no provider is asked. Out: persons and refusals.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { createInvite } from "../../../../src/hub/people/invites.ts";
import { addUser } from "../../../../src/hub/people/people.ts";
import { matchPerson } from "../../../../src/hub/upstream/match-person.ts";
import type { Identity } from "../../../../src/hub/upstream/upstream.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

const newEmail = (): string => `${randomText(8).toLowerCase()}@example.com`;
const identityOf = (more: Partial<Identity> = {}): Identity => ({
  subject: `https://issuer.example|${randomText(8)}`,
  email: newEmail(),
  name: "Ada",
  ...more,
});

describe("the person of an identity", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig();
  });
  afterAll(() => rig.destroy());

  const match = (identity: Identity, invitation: string | null = null) =>
    rig.hub.parts.storage.within({}, (tx) => matchPerson(tx, rig.hub.parts, { identity, invitation }));
  const addWithPassword = (email: string) =>
    rig.hub.parts.storage.within({}, (tx) => addUser(tx, { email, name: "A", passwordHash: "hash", subject: null, nowMs: Date.now() }));
  const invite = async (email: string | null) => {
    const place = await rig.tenant();
    const wanted = { ...place, email, role: "member", isTenantAdmin: false, createdBy: "test", lifeMs: 60_000 } as const;
    return await rig.hub.parts.storage.within({ tenantId: place.tenantId, workspaceId: "*" }, (tx) =>
      createInvite(tx, rig.hub.parts, wanted),
    );
  };

  it("is who has the verified address, whose password goes, and from then on who has the subject", async () => {
    const identity = identityOf();
    const user = await addWithPassword(identity.email ?? "");
    const linked = { ...user, subject: identity.subject, password_hash: null };
    expect(await match(identity)).toEqual(linked);
    expect(await match({ ...identity, email: null })).toEqual(linked);
  });

  it("is refused to another identity with an address that is linked", async () => {
    const identity = identityOf();
    await addWithPassword(identity.email ?? "");
    await match(identity);
    await expect(match(identityOf({ email: identity.email }))).rejects.toMatchObject({ code: "HUB_FORBIDDEN" });
  });

  it("is nobody for a stranger, and for one whose address is not verified", async () => {
    await expect(match(identityOf())).rejects.toMatchObject({ code: "HUB_FORBIDDEN", message: /no account at this hub/ });
    await expect(match(identityOf({ email: null }))).rejects.toMatchObject({ code: "HUB_FORBIDDEN", message: /no verified e-mail/ });
  });

  it("is a new one who was invited, once", async () => {
    const identity = identityOf({ name: null });
    const invitation = await invite(identity.email);
    const user = await match(identity, invitation);
    expect(user).toMatchObject({ email: identity.email, name: identity.email, subject: identity.subject, password_hash: null });
    expect(await match(identity)).toEqual(user);
    await expect(match(identity, invitation)).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
  });

  it("is not one who brings the invitation of another, or any invitation without a verified address", async () => {
    const forAnother = await invite(newEmail());
    await expect(match(identityOf(), forAnother)).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
    const forAnyone = await invite(null);
    await expect(match(identityOf({ email: null }), forAnyone)).rejects.toMatchObject({ code: "HUB_FORBIDDEN" });
    expect(await match(identityOf({ name: "Eve" }), forAnyone)).toMatchObject({ name: "Eve" });
  });
});
