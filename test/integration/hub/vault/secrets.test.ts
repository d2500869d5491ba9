// The team's secrets in a real database: versions that stay, scopes that hide, values that are sealed, and a way back for what was deleted.
// In: a rig with a clock of its own. Out: rows, values and refusals.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { addConnection } from "../../../../src/hub/vault/connections.ts";
import {
  deleteSecret,
  findSecret,
  listSecrets,
  type NewSecret,
  openSecret,
  type Place,
  putSecret,
  secretsSince,
  setVersionState,
  undeleteSecret,
  type Vault,
  versionsOf,
} from "../../../../src/hub/vault/secrets.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";
import { canary } from "../../../support/hub/vault-scene.ts";

let nowMs = Date.now();

describe("a secret of the vault", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig({ clock: { nowMs: () => nowMs } });
  });
  afterAll(() => rig.destroy());

  const newPlace = async (): Promise<Place> => ({ ...(await rig.tenant()), userId: `usr_${randomText(8)}` });
  const within = <T>(place: Place, act: (vault: Vault) => Promise<T>): Promise<T> =>
    rig.hub.parts.storage.within({ tenantId: place.tenantId, workspaceId: "*", userId: place.userId ?? "" }, (tx) =>
      act({ tx, hub: rig.hub.parts, place }),
    );
  const put = (place: Place, name: string, value: string, more: Partial<NewSecret> = {}) =>
    within(place, (vault) =>
      putSecret(vault, { name, scope: "workspace", value: Buffer.from(value), createdBy: "user:test", ifMatch: null, ...more }),
    );
  const find = (place: Place, named: string) => within(place, ({ tx }) => findSecret(tx, place, named));

  it("has versions that stay, each of which opens, and neither is in its row", async () => {
    const place = await newPlace();
    const [first, second] = [canary("one"), canary("two")];
    const row = await put(place, "KEY", first);
    const next = await put(place, "KEY", second, { ifMatch: row.etag });
    expect([next.secret_id, next.current_version, next.rev > row.rev]).toEqual([row.secret_id, 2, true]);
    const opened = await within(place, async (vault) => [await openSecret(vault, next, 1), await openSecret(vault, next, 2)]);
    expect(opened.map(String)).toEqual([first, second]);
    const versions = await within(place, ({ tx }) => versionsOf(tx, next));
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
    for (const { sealed } of versions) expect(sealed?.toString("latin1")).not.toContain("canary");
    await expect(put(place, "KEY", "x", { ifMatch: row.etag })).rejects.toMatchObject({ code: "HUB_CONFLICT" });
  });

  it("is seen by whom its scope is for", async () => {
    const place = await newPlace();
    const names = { MINE: "user", OURS: "workspace", ALL: "tenant" } as const;
    for (const [name, scope] of Object.entries(names)) await put(place, name, "v", { scope });
    const seenBy = (more: Partial<Place>) =>
      within({ ...place, ...more }, async ({ tx }) => {
        const rows = await listSecrets(tx, { ...place, ...more }, { afterId: "", limit: 10 });
        return rows.map(({ name }) => name).toSorted();
      });
    expect(await seenBy({})).toEqual(["ALL", "MINE", "OURS"]);
    expect(await seenBy({ userId: null })).toEqual(["ALL", "OURS"]);
    expect(await seenBy({ userId: "usr_other", workspaceId: "wsp_other" })).toEqual(["ALL"]);
    expect(await seenBy(await newPlace())).toEqual([]);
    await expect(put(place, "OURS", "v", { scope: "tenant" })).rejects.toMatchObject({ code: "HUB_CONFLICT", message: /scope workspace/ });
    await expect(find(await newPlace(), "OURS")).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
  });

  it("does not open a version that is disabled, and never again one that was destroyed", async () => {
    const place = await newPlace();
    const row = await put(place, "KEY", canary("destroyed"));
    const set = (state: "enabled" | "disabled" | "destroyed") =>
      within(place, (vault) => setVersionState(vault, row, { version: 1, state }));
    const open = () => within(place, (vault) => openSecret(vault, row, 1));
    await set("disabled");
    await expect(open()).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
    await set("enabled");
    expect(String(await open())).toContain("canary-destroyed");
    await set("destroyed");
    await expect(open()).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
    await expect(set("enabled")).rejects.toMatchObject({ code: "HUB_CONFLICT" });
    expect(await within(place, ({ tx }) => versionsOf(tx, row))).toMatchObject([{ sealed: null, wrapped_key: null }]);
  });

  it("comes back within thirty days of being deleted, unless its name is in use again", async () => {
    const place = await newPlace();
    const row = await put(place, "KEY", "v");
    const remove = () => within(place, (vault) => deleteSecret(vault, row, false));
    const bringBack = () => within(place, (vault) => undeleteSecret(vault, row.secret_id));
    await remove();
    await expect(find(place, "KEY")).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
    const gone = await within(place, ({ tx }) => secretsSince(tx, place, row.rev));
    expect(gone).toMatchObject([{ secret_id: row.secret_id, deleted_at_ms: nowMs }]);
    expect(await bringBack()).toMatchObject({ deleted_at_ms: null });
    expect(await find(place, row.secret_id)).toMatchObject({ name: "KEY" });
    await remove();
    const other = await put(place, "KEY", "w");
    expect(other.secret_id).not.toBe(row.secret_id);
    await expect(bringBack()).rejects.toMatchObject({ code: "HUB_CONFLICT" });
    nowMs += 30 * 24 * 3_600_000;
    await expect(bringBack()).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
  });

  it("is not deleted under a connection that uses it, unless that is forced", async () => {
    const place = await newPlace();
    const row = await put(place, "KEY", "v");
    const wanted = { provider: "openai", name: "main", kind: "key", label: "", scope: "workspace", secret: "KEY", origins: [] } as const;
    await within(place, ({ tx }) => addConnection({ tx, place, nowMs }, wanted));
    const remove = (isForced: boolean) => within(place, (vault) => deleteSecret(vault, row, isForced));
    await expect(remove(false)).rejects.toMatchObject({ code: "HUB_CONFLICT", message: /openai\/main/ });
    await remove(true);
    await expect(find(place, "KEY")).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
  });
});
