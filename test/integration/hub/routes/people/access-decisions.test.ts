// /v1/access_decisions over real sockets: the same rules, explained; on both engines.
import { expect, it } from "vitest";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";

describeOnBothEngines("access decisions", (rig) => {
  const setUp = async () => {
    const place = await rig().tenant();
    const admin = await rig().person(place, "owner", { isTenantAdmin: true });
    return { place, token: admin.tokens.accessToken, admin };
  };

  it("explain a decision by the same rules", async () => {
    const { place, token } = await setUp();
    const viewer = await rig().person(place, "viewer");
    const narrow = await rig().person(place, "owner", { scopes: ["connections:read"] });
    const ask = async (who: string, body: unknown) => (await rig().call("POST", "/v1/access_decisions", { token: who, body })).body;
    expect(await ask(token, { scope: "tokens:admin" })).toMatchObject({ allowed: true, because: "granted" });
    expect(await ask(viewer.tokens.accessToken, { scope: "secrets:access" })).toMatchObject({ allowed: false, because: "role" });
    expect(await ask(narrow.tokens.accessToken, { scope: "tokens:admin" })).toMatchObject({ allowed: false, because: "scopes" });
    expect(await ask(token, { scope: "admin", workspace: "nowhere" })).toMatchObject({ allowed: false, because: "no_workspace" });
  });

  it("are about the workspace that the request names, as /v1/me is", async () => {
    const place = await rig().tenant();
    const token = (await rig().person(place, "owner", { isTenantAdmin: true })).tokens.accessToken;
    await rig().call("POST", "/v1/workspaces", { token, body: { slug: "other" } });
    const headers = { "x-keyward-workspace": "other" };
    const me = async (query: string) => (await rig().call("GET", `/v1/me${query}`, { token, headers })).body.workspace.slug as string;
    expect([await me(""), await me("?workspace=main")]).toEqual(["other", "main"]);
    const unknown = { token, body: { scope: "admin" }, headers: { "x-keyward-workspace": "nowhere" } };
    expect((await rig().call("POST", "/v1/access_decisions", unknown)).body).toMatchObject({ because: "no_workspace" });
  });
});
