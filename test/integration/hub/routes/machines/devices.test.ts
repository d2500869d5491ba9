// /v1/devices over real sockets: enrolled by a person, seen by its owner and admins, refused at once when it is revoked; on both engines.
import { expect, it } from "vitest";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";
import { vaultScene } from "../../../../support/hub/vault-scene.ts";

describeOnBothEngines("devices", (rig) => {
  const { setUp, enrol } = vaultScene(rig);

  it("are listed for their person and for admins, and end with their revocation", async () => {
    const { place, token } = await setUp();
    const member = (await rig().person(place)).tokens.accessToken;
    const [own, other] = [await enrol(member), await enrol(token)];
    const ids = async (by: string) =>
      (await rig().call("GET", "/v1/devices", { token: by })).body.data.map((each: { id: string }) => each.id).toSorted();
    expect(await ids(member)).toEqual([own.id]);
    expect(await ids(token)).toEqual([own.id, other.id].toSorted());
    expect((await rig().call("DELETE", `/v1/devices/${other.id}`, { token: member })).status).toBe(404);
    expect((await rig().call("DELETE", `/v1/devices/${own.id}`, { token })).status).toBe(204);
    expect((await rig().call("GET", "/v1/me", { token: own.token })).status).toBe(401);
  });

  it("are enrolled by no machine and no device, and with no key that is none", async () => {
    const { token } = await setUp();
    const machine = await rig().call("POST", "/v1/api_tokens", { token, body: { name: "CI", scopes: ["sync:pull"] } });
    const device = await enrol(token);
    const body = { name: "x", public_key: "A".repeat(43) };
    for (const by of [String(machine.body.token), device.token])
      expect((await rig().call("POST", "/v1/devices", { token: by, body })).body.error.code).toBe("HUB_FORBIDDEN");
    expect((await rig().call("POST", "/v1/devices", { token, body: { ...body, public_key: "short" } })).body.error.path).toBe(
      "body.public_key",
    );
  });
});
