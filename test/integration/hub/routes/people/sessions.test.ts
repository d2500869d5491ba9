// /v1/sessions over real sockets: listed, ended at once, nobody else's; on both engines.
import { expect, it } from "vitest";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";

describeOnBothEngines("sessions", (rig) => {
  const setUp = async () => {
    const place = await rig().tenant();
    const admin = await rig().person(place, "owner", { isTenantAdmin: true });
    return { place, token: admin.tokens.accessToken, admin };
  };

  it("list sessions and end them at once", async () => {
    const { token } = await setUp();
    const sessions = await rig().call("GET", "/v1/sessions", { token });
    expect(sessions.body.data).toMatchObject([{ is_current: true, label: "test" }]);
    expect((await rig().call("DELETE", "/v1/sessions/current", { token })).status).toBe(204);
    expect((await rig().call("GET", "/v1/me", { token })).status).toBe(401);
  });
});
