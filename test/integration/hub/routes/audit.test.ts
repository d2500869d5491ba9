// /v1/audit over real sockets: in order, page by page, of one's own workspace, for those who may; on both engines.
import { expect, it } from "vitest";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";
import { vaultScene } from "../../../support/hub/vault-scene.ts";

describeOnBothEngines("the audit", (rig) => {
  const { setUp } = vaultScene(rig);

  it("is read in pages, and shows one workspace nothing of another", async () => {
    const { place, token, put } = await setUp();
    for (let turn = 0; turn < 3; turn += 1) await put(`KEY_${turn}`, "v");
    await rig().call("POST", "/v1/workspaces", { token, body: { slug: "other" } });
    await rig().call("POST", "/v1/secrets", {
      token,
      body: { name: "ELSEWHERE", value: "v" },
      headers: { "x-keyward-workspace": "other" },
    });
    await rig().call("POST", "/v1/workspaces/other/members", { token, body: { email: "new@example.com" } });
    await rig().call("PATCH", "/v1/workspaces/other", { token, body: { name: "Other" } });
    const first = await rig().call("GET", "/v1/audit?limit=2", { token });
    expect([first.body.data.length, first.body.has_more]).toEqual([2, true]);
    const rest = await rig().call("GET", `/v1/audit?after=${first.body.data[1].seq}`, { token });
    const all = [...first.body.data, ...rest.body.data] as { action: string; workspace_id: string | null }[];
    expect(all.filter(({ action }) => action === "secret.put")).toHaveLength(3);
    expect(all.map(({ action }) => action)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^member\.|workspace\.change/)]));
    expect(all.every(({ workspace_id }) => workspace_id === place.workspaceId || workspace_id === null)).toBe(true);
    const member = (await rig().person(place)).tokens.accessToken;
    expect((await rig().call("GET", "/v1/audit", { token: member })).status).toBe(403);
    expect((await rig().call("GET", "/v1/audit/verify", { token: member })).status).toBe(403);
  });
});
