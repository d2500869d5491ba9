import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { beginDeviceLogin, type DeviceCodes, pollDeviceLogin, readTokens } from "../../../../src/hub/client/device-login.ts";
import type { HubClient } from "../../../../src/hub/client/hub-client.ts";

const CODES: DeviceCodes = {
  deviceCode: "d",
  userCode: "BCDF-GHJK",
  verificationUri: "https://hub.test/device",
  verificationUriComplete: "https://hub.test/device?user_code=BCDF-GHJK",
  expiresInS: 600,
  intervalS: 5,
};
const TOKENS = { access_token: "a", refresh_token: "r", expires_in: 60, scope: "x y", session_id: "s", tenant: { id: "t", name: "T" } };
const say = (error: string) => ({ status: 400, headers: {}, body: { error } });
const away = new KeywardError("HUB_UNREACHABLE", "away");

/** Answers in turn; an error is thrown. */
function scripted(answers: readonly unknown[]): HubClient {
  let at = 0;
  return {
    send: () => {
      const answer = answers[at++];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as never);
    },
  };
}

async function poll(answers: readonly unknown[], lifeMs = 600_000) {
  const slept: number[] = [];
  let nowMs = 0;
  const sleep = (ms: number): Promise<void> => {
    slept.push(ms);
    nowMs += ms;
    return Promise.resolve();
  };
  const polling = { codes: CODES, clientId: "c", deadlineMs: lifeMs, nowMs: () => nowMs, sleep };
  return { outcome: await pollDeviceLogin(scripted(answers), polling).catch((error: unknown) => error), slept };
}

describe("polling for a decision", () => {
  it("waits, slows down by five seconds when told, and backs off when the network is away", async () => {
    const answers = [
      say("authorization_pending"),
      say("slow_down"),
      away,
      { status: 502, headers: {}, body: null },
      { status: 200, headers: {}, body: TOKENS },
    ];
    const { outcome, slept } = await poll(answers);
    expect(slept).toEqual([5_000, 5_000, 10_000, 20_000, 40_000]);
    expect(outcome).toMatchObject({ accessToken: "a", refreshToken: "r", scopes: ["x", "y"], workspace: null });
  });

  it.each([
    [[say("access_denied")], "LOGIN_CANCELLED"],
    [[say("expired_token")], "LOGIN_EXPIRED"],
    [[say("invalid_grant")], "LOGIN_EXPIRED"],
    [[say("server_error")], "HUB_LOGIN_REQUIRED"],
  ])("ends with %j as %s", async (answers, code) => {
    expect((await poll(answers)).outcome).toMatchObject({ code });
  });

  it("stops when the code is over, also while the hub is away", async () => {
    const { outcome, slept } = await poll([away, away, away, away, away], 60_000);
    expect(outcome).toMatchObject({ code: "LOGIN_EXPIRED" });
    expect(slept.length).toBeLessThanOrEqual(5);
  });
});

describe("beginning a login", () => {
  it("takes five seconds where the hub names no interval", async () => {
    const body = { device_code: "d", user_code: "BCDF-GHJK", verification_uri: "https://hub.test/device", expires_in: 600 };
    const codes = await beginDeviceLogin(scripted([{ status: 200, headers: {}, body }]), { clientId: "c", scopes: [], hostName: "h" });
    expect(codes).toMatchObject({ intervalS: 5, verificationUriComplete: "https://hub.test/device" });
  });

  it("shows no address that is none, and names a scope the hub does not have", async () => {
    const request = { clientId: "c", scopes: ["x"], hostName: "h" };
    const body = { device_code: "d", user_code: "c", verification_uri: "javascript:alert(1)" };
    await expect(beginDeviceLogin(scripted([{ status: 200, headers: {}, body }]), request)).rejects.toMatchObject({
      code: "HUB_UNREACHABLE",
    });
    await expect(beginDeviceLogin(scripted([say("invalid_scope")]), request)).rejects.toMatchObject({ code: "HUB_INVALID" });
  });

  it("takes no answer without tokens", () => {
    expect(() => readTokens({ access_token: "a" })).toThrow(expect.objectContaining({ code: "HUB_UNREACHABLE" }));
  });
});
