// A device login begins in a real database: two codes for the program, digests only for the hub.
// In: a rig. Out: what the codes look like, how long they live, and what a code of nobody finds.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beginLogin, CODE_LIFE_MS, INTERVAL_MS } from "../../../../src/hub/device/begin-login.ts";
import { kindOf } from "../../../../src/core/shapes/hub-token.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

const REQUEST = { clientId: "keyward-cli", scopes: ["secrets:read"], hostName: "laptop", ip: "127.0.0.1", userAgent: "test" } as const;
const NOW_MS = 1_800_000_000_000;

describe("the beginning of a device login", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig({ clock: { nowMs: () => NOW_MS } });
  });
  afterAll(() => rig.destroy());

  const kept = (key: string) =>
    rig.hub.parts.storage.within({ key }, ({ db }) =>
      db.selectFrom("device_code").selectAll().where("device_digest", "=", key).executeTakeFirst(),
    );

  it("gives one code for the program, one for a person, and the RFC's times", async () => {
    const login = await beginLogin(rig.hub.parts, REQUEST);
    expect(kindOf(login.deviceCode)).toBe("dvc");
    expect(login.userCode).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
    expect([login.expiresInS, login.intervalS]).toEqual([CODE_LIFE_MS / 1_000, INTERVAL_MS / 1_000]);
  });

  it("keeps what was asked for as pending, and neither code", async () => {
    const login = await beginLogin(rig.hub.parts, REQUEST);
    const row = await kept(rig.hub.parts.digester.digest(login.deviceCode).digest);
    expect(row).toMatchObject({
      status: "pending",
      client_id: "keyward-cli",
      host_name: "laptop",
      scopes: '["secrets:read"]',
      expires_at_ms: NOW_MS + CODE_LIFE_MS,
      user_id: null,
    });
    for (const code of [login.deviceCode, login.userCode]) expect(JSON.stringify(row)).not.toContain(code);
  });

  it("never gives the same code twice, and finds nothing under one that nobody was given", async () => {
    const logins = await Promise.all(Array.from({ length: 10 }, () => beginLogin(rig.hub.parts, REQUEST)));
    expect(new Set(logins.flatMap(({ deviceCode, userCode }) => [deviceCode, userCode])).size).toBe(20);
    const altered = `${logins[0]?.deviceCode ?? ""}x`;
    expect(await kept(rig.hub.parts.digester.digest(altered).digest)).toBeUndefined();
  });
});
