// The team's connections in a real database: one of a name and scope, bound to a secret its maker can see, gone without taking the secret.
// In: a rig. Out: rows and refusals.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import type { NewHubConnection } from "../../../../src/core/shapes/hub-connection.ts";
import type { HubTransaction } from "../../../../src/hub/storage/storage.ts";
import {
  addConnection,
  changeConnection,
  connectionsSince,
  findConnection,
  listConnections,
  removeConnection,
} from "../../../../src/hub/vault/connections.ts";
import { findSecret, type Place, putSecret } from "../../../../src/hub/vault/secrets.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

const NOW_MS = 1_800_000_000_000;

describe("a connection of the vault", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig();
  });
  afterAll(() => rig.destroy());

  const newPlace = async (): Promise<Place> => ({ ...(await rig.tenant()), userId: `usr_${randomText(8)}` });
  const within = <T>(place: Place, act: (tx: HubTransaction) => Promise<T>): Promise<T> =>
    rig.hub.parts.storage.within({ tenantId: place.tenantId, workspaceId: "*", userId: place.userId ?? "" }, act);
  const putKey = (place: Place, name = "KEY") => {
    const wanted = { name, scope: "workspace", value: Buffer.from("v"), createdBy: "user:test", ifMatch: null } as const;
    return within(place, (tx) => putSecret({ tx, hub: rig.hub.parts, place }, wanted));
  };
  const add = (place: Place, more: Partial<NewHubConnection> = {}) => {
    const origins = ["https://api.openai.com"];
    const wanted = { provider: "openai", name: "main", kind: "key", label: "Main", scope: "workspace", secret: null, origins } as const;
    return within(place, (tx) => addConnection({ tx, place, nowMs: NOW_MS }, { ...wanted, ...more }));
  };
  const find = (place: Place, id: string) => within(place, (tx) => findConnection(tx, place, id));

  it("refers to its secret by id however the secret was named, and keeps its origins", async () => {
    const place = await newPlace();
    const { secret_id: secretId } = await putKey(place);
    const row = await add(place, { secret: "KEY" });
    expect(row).toMatchObject({
      secret_id: secretId,
      origins: '["https://api.openai.com"]',
      workspace_id: place.workspaceId,
      user_id: null,
    });
    expect(await find(place, row.connection_id)).toEqual(row);
    expect((await add(place, { name: "by-id", secret: secretId })).secret_id).toBe(secretId);
  });

  it("is refused for a name that is taken in its scope, and for a secret its maker cannot see", async () => {
    const [place, foreign] = [await newPlace(), await newPlace()];
    const { secret_id: secretId } = await putKey(foreign);
    await add(place);
    await expect(add(place)).rejects.toMatchObject({ code: "HUB_CONFLICT", message: /openai\/main of scope workspace/ });
    expect(await add(place, { scope: "user" })).toMatchObject({ user_id: place.userId, workspace_id: null });
    await expect(add(place, { name: "stolen", secret: secretId })).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
  });

  it("is seen by whom its scope is for, a page at a time", async () => {
    const place = await newPlace();
    for (const scope of ["user", "workspace", "tenant"] as const) await add(place, { scope });
    const scopesFor = (seer: Place, page = { afterId: "", limit: 10 }) =>
      within(seer, async (tx) => (await listConnections(tx, seer, page)).map(({ scope }) => scope).toSorted());
    expect(await scopesFor(place)).toEqual(["tenant", "user", "workspace"]);
    expect(await scopesFor(place, { afterId: "", limit: 2 })).toHaveLength(2);
    expect(await scopesFor({ ...place, userId: "usr_other", workspaceId: "wsp_other" })).toEqual(["tenant"]);
    expect(await scopesFor(await newPlace())).toEqual([]);
  });

  it("changes under the etag that was read, and not under an older one", async () => {
    const place = await newPlace();
    const row = await add(place);
    const { secret_id: secretId } = await putKey(place);
    const change = (label: string, ifMatch: string | null, secret?: string) =>
      within(place, async (tx) =>
        changeConnection({ tx, place, nowMs: NOW_MS + 1 }, await findConnection(tx, place, row.connection_id), { label, secret, ifMatch }),
      );
    const changed = await change("Second", row.etag, "KEY");
    expect(await find(place, row.connection_id)).toEqual(changed);
    expect(changed).toMatchObject({ label: "Second", secret_id: secretId, updated_at_ms: NOW_MS + 1, created_at_ms: NOW_MS });
    await expect(change("Third", row.etag)).rejects.toMatchObject({ code: "HUB_CONFLICT" });
    expect(await change("Fourth", null)).toMatchObject({ label: "Fourth", secret_id: secretId });
  });

  it("leaves its secret when it goes, tells who follows the changes, and frees its name", async () => {
    const place = await newPlace();
    const { secret_id: secretId } = await putKey(place);
    const row = await add(place, { secret: "KEY" });
    await within(place, (tx) => removeConnection({ tx, place, nowMs: NOW_MS }, row));
    await expect(find(place, row.connection_id)).rejects.toMatchObject({ code: "HUB_NOT_FOUND" });
    const changes = await within(place, (tx) => connectionsSince(tx, place, row.rev));
    expect(changes).toMatchObject([{ connection_id: row.connection_id, deleted_at_ms: NOW_MS, secret_id: null }]);
    expect(await within(place, (tx) => findSecret(tx, place, "KEY"))).toMatchObject({ secret_id: secretId });
    expect((await add(place)).connection_id).not.toBe(row.connection_id);
  });
});
