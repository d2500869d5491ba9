// One change wakes every daemon of a tenant, and each pulls the secret and writes its audit line: all of them are answered, none is sent away.
import { expect, it } from "vitest";
import { newDeviceKeyPair } from "../../../../src/hub/keys/seal-to-device.ts";
import { startHubRig } from "../../../support/hub/hub-rig.ts";
import { sharedDatabase } from "../../../support/hub/shared-postgres.ts";

const DAEMONS = 60;

it("answers every daemon that a changed secret wakes, and keeps the audit chain whole", async () => {
  const rig = await startHubRig({ database: await sharedDatabase() });
  try {
    const owner = await rig.person(await rig.tenant(), "owner", { isTenantAdmin: true });
    const token = owner.tokens.accessToken;
    const put = (value: string) => rig.call("POST", "/v1/secrets", { token, body: { name: "SHARED", value } });
    await put("first");
    const devices: string[] = [];
    for (let each = 0; each < DAEMONS; each += 1) {
      const body = { name: `laptop ${each}`, public_key: newDeviceKeyPair().publicKey };
      devices.push(String((await rig.call("POST", "/v1/devices", { token, body })).body.token));
    }
    const { rev } = (await rig.call("GET", "/v1/sync", { token: devices[0] ?? "" })).body as { rev: number };
    const polls = devices.map((device) => rig.call("GET", `/v1/sync?after=${rev}&wait=25`, { token: device }));
    expect((await put("second")).status).toBe(201);
    const answers = await Promise.all(polls);
    expect(answers.map(({ status }) => status)).toEqual(devices.map(() => 200));
    for (const { body } of answers) expect((body as { secrets: { version: number }[] }).secrets.map(({ version }) => version)).toEqual([2]);
    expect((await rig.call("GET", "/v1/audit/verify", { token })).body).toMatchObject({ is_intact: true });
  } finally {
    await rig.destroy();
  }
});
