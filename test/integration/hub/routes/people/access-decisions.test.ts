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
});
