// /v1/tenants over real sockets: a person's own, a token's own, what an admin sets; on both engines.
import { expect, it } from "vitest";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";

describeOnBothEngines("tenants", (rig) => {
  const setUp = async () => {
    const place = await rig().tenant();
    const admin = await rig().person(place, "owner", { isTenantAdmin: true });
    return { place, token: admin.tokens.accessToken, admin };
  };

  it("show the tenants of a person, and the tenant of a token", async () => {
    const { place, token } = await setUp();
    const mine = await rig().call("GET", "/v1/tenants", { token });
    expect(mine.body.data).toMatchObject([{ id: place.tenantId, role: "tenant_admin", is_current: true }]);
    const machine = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "CI" } });
    const its = await rig().call("GET", "/v1/tenants", { token: machine.body.token });
    expect(its.body.data).toMatchObject([{ id: place.tenantId, role: null }]);
    const changed = await rig().call("PATCH", "/v1/tenants/current", { token, body: { max_offline_seconds: 0, device_login: false } });
    expect(changed.body).toMatchObject({ max_offline_seconds: 0, device_login: false });
  });
});
