// What a program hears when it asks for its tokens: not yet, slower, no, too late, or the tokens, once.
// In: a rig with a clock of its own. Out: the RFC's words.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimLogin, decideLogin } from "../../../../src/hub/device/approve-login.ts";
import { beginLogin, type BegunLogin } from "../../../../src/hub/device/begin-login.ts";
import { pollLogin } from "../../../../src/hub/device/poll-login.ts";
import { newHubToken } from "../../../../src/hub/tokens/token-format.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

let nowMs = Date.now();
const from = { ip: "127.0.0.1", userAgent: "test" };

describe("a poll for a device login", () => {
  let rig: HubRig;
  beforeAll(async () => {
    rig = await startHubRig({ clock: { nowMs: () => nowMs } });
  });
  afterAll(() => rig.destroy());

  const begin = (): Promise<BegunLogin> =>
    beginLogin(rig.hub.parts, { ...from, clientId: "keyward-cli", scopes: ["secrets:read"], hostName: "laptop" });
  const poll = (deviceCode: string, clientId = "keyward-cli") => pollLogin(rig.hub.parts, { ...from, deviceCode, clientId });
  const decide = async (code: string, isApproved: boolean) => {
    const place = await rig.tenant();
    const { userId } = await rig.person(place);
    const by = { browserSessionId: `web_of_${userId}`, userId };
    await rig.hub.parts.storage.within({}, async (tx) => {
      await claimLogin(tx, rig.hub.parts, { code, by });
      await decideLogin(tx, rig.hub.parts, { code, by, isApproved, workspaceId: place.workspaceId, scopes: ["secrets:read"] });
    });
    return { ...place, userId };
  };

  it("waits while nobody decided, and is told to slow down when it comes early", async () => {
    const { deviceCode } = await begin();
    expect(await poll(deviceCode)).toEqual({ error: "authorization_pending" });
    nowMs += 1_000;
    expect(await poll(deviceCode)).toEqual({ error: "slow_down" });
    nowMs += 9_000;
    expect(await poll(deviceCode)).toEqual({ error: "authorization_pending" });
  });

  it("gets a session for the person and workspace of the approval, of ten that ask at once one", async () => {
    const { deviceCode, userCode } = await begin();
    const { userId, workspaceId } = await decide(userCode, true);
    const answers = await Promise.all(Array.from({ length: 10 }, () => poll(deviceCode)));
    const won = answers.filter((answer) => "pair" in answer);
    expect(won).toMatchObject([{ pair: { session: { user_id: userId, workspace_id: workspaceId, scopes: '["secrets:read"]' } } }]);
    expect(answers.filter((answer) => "error" in answer && answer.error === "invalid_grant")).toHaveLength(9);
  });

  it("hears no when the person said no, and that it is too late when the code is over", async () => {
    const [refused, forgotten] = [await begin(), await begin()];
    await decide(refused.userCode, false);
    expect(await poll(refused.deviceCode)).toEqual({ error: "access_denied" });
    nowMs += 600_000;
    expect(await poll(forgotten.deviceCode)).toEqual({ error: "expired_token" });
  });

  it("learns nothing with a code of another kind, an unknown one, or as another client", async () => {
    const { deviceCode } = await begin();
    for (const code of ["", newHubToken("pat"), newHubToken("dvc")]) expect(await poll(code)).toEqual({ error: "invalid_grant" });
    expect(await poll(deviceCode, "someone-else")).toEqual({ error: "invalid_grant" });
    expect(await poll(deviceCode)).toEqual({ error: "authorization_pending" });
  });
});
