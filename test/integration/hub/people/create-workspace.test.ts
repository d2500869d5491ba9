// A new workspace in a real database: its slug is taken once in its tenant, and free in the others.
// In: a rig. Out: rows, or a conflict that names the field.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkspace } from "../../../../src/hub/people/create-workspace.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

const NOW_MS = 1_800_000_000_000;

describe("a new workspace", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig();
  });
  afterAll(() => rig.destroy());

  const make = (tenantId: string, slug: string) =>
    rig.hub.parts.storage.within({ tenantId, workspaceId: "*" }, (tx) =>
      createWorkspace(tx, { tenantId, slug, name: `The ${slug}`, nowMs: NOW_MS }),
    );
  const slugsOf = (tenantId: string) =>
    rig.hub.parts.storage.within({ tenantId, workspaceId: "*" }, async ({ db }) => {
      const rows = db.selectFrom("workspace").select("slug").where("tenant_id", "=", tenantId);
      return (await rows.orderBy("slug").execute()).map((row) => row.slug);
    });

  it("is a row with an id and an etag of its own", async () => {
    const { tenantId, workspaceId } = await rig.tenant();
    const row = await make(tenantId, "billing");
    expect(row).toMatchObject({ tenant_id: tenantId, slug: "billing", name: "The billing", created_at_ms: NOW_MS, deleted_at_ms: null });
    expect(row.workspace_id).toMatch(/^wsp_\w{20}$/);
    expect(row.workspace_id).not.toBe(workspaceId);
    expect(row.etag).toHaveLength(12);
    expect(await slugsOf(tenantId)).toEqual(["billing", "main"]);
  });

  it("is refused under a slug the tenant has, and made under it in another", async () => {
    const [one, two] = [await rig.tenant(), await rig.tenant()];
    await make(one.tenantId, "billing");
    await expect(make(one.tenantId, "billing")).rejects.toMatchObject({ code: "HUB_CONFLICT", detail: { path: "body.slug" } });
    expect(await make(two.tenantId, "billing")).toMatchObject({ tenant_id: two.tenantId });
    expect(await slugsOf(one.tenantId)).toEqual(["billing", "main"]);
  });

  it("is made by one of five who ask for the same slug at once", async () => {
    const { tenantId } = await rig.tenant();
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => make(tenantId, "race")));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason as { code: string }] : []));
    expect(reasons.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => "HUB_CONFLICT"));
  });
});
