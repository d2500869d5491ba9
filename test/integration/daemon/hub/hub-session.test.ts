// The daemon's session at a real hub: refreshed once for all who wait, ended here when the hub ends it, and never sent elsewhere.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLink, writeLink } from "../../../../src/daemon/hub/hub-link.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";
import { linkedProfile } from "./linked-profile.ts";

let nowMs = Date.now();
const clock = { nowMs: () => nowMs };
let rig: HubRig;

beforeAll(async () => {
  rig = await startHubRig({ clock });
});
afterAll(() => rig.destroy());

const me = { method: "GET", path: "/v1/me" } as const;

describe("a session at a hub", () => {
  it("is refreshed once for ten calls that find it old, and goes on with the new tokens", async () => {
    const { profile, sessions } = await linkedProfile(rig, { clock });
    const before = readLink(profile)?.session?.accessToken;
    nowMs += 3_590_000;
    const answers = await Promise.all(Array.from({ length: 10 }, () => sessions.call(profile, me)));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    const after = readLink(profile)?.session?.accessToken;
    expect(after).not.toBe(before);
    expect((await rig.call("GET", "/v1/me", { token: String(after) })).status).toBe(200);
  });

  it("ends here when the hub has ended it", async () => {
    const { profile, sessions, person } = await linkedProfile(rig, { clock });
    await rig.call("DELETE", "/v1/sessions/current", { token: person.tokens.accessToken });
    nowMs += 3_590_000;
    await expect(sessions.call(profile, me)).rejects.toMatchObject({ code: "HUB_LOGIN_REQUIRED", hint: "keyward auth login" });
    expect(readLink(profile)?.session).toBeNull();
    await expect(sessions.call(profile, me)).rejects.toMatchObject({ code: "HUB_LOGIN_REQUIRED" });
  });

  it("keeps what the link became while it was refreshed, and does not come back after a logout", async () => {
    const { profile, sessions } = await linkedProfile(rig, { clock });
    nowMs += 3_590_000;
    const calling = sessions.call(profile, me);
    const link = sessions.require(profile);
    writeLink(profile, { ...link, device: null });
    await calling;
    expect(readLink(profile)).toMatchObject({ device: null, session: { sessionId: link.session?.sessionId } });
    expect(readLink(profile)?.session?.accessToken).not.toBe(link.session?.accessToken);
    nowMs += 3_590_000;
    const late = sessions.call(profile, me);
    writeLink(profile, null);
    await late;
    expect(readLink(profile)).toBeNull();
  });

  it("asks about the workspace that the profile works in, unless the call names another", async () => {
    const { profile, sessions, person } = await linkedProfile(rig, { clock });
    const made = await rig.call("POST", "/v1/workspaces", { token: person.tokens.accessToken, body: { slug: "second" } });
    writeLink(profile, { ...sessions.require(profile), workspace: { id: made.body.id, slug: "second", name: "Second" } });
    const slug = async (headers = {}) =>
      ((await sessions.call(profile, { ...me, headers })).body as { workspace: { slug: string } }).workspace.slug;
    expect([await slug(), await slug({ "x-keyward-workspace": "main" })]).toEqual(["second", "main"]);
  });

  it("prefers a token that is stored", async () => {
    const { profile, sessions, person } = await linkedProfile(rig, { clock });
    const made = await rig.call("POST", "/v1/api_tokens", { token: person.tokens.accessToken, body: { name: "CI" } });
    writeLink(profile, { ...sessions.require(profile), token: made.body.token });
    expect((await sessions.call(profile, me)).body).toMatchObject({ kind: "api_token" });
  });

  it("says what to type where no hub is linked", async () => {
    const { profile, sessions } = await linkedProfile(rig, { clock });
    writeLink(profile, null);
    expect(() => sessions.require(profile)).toThrow(expect.objectContaining({ code: "HUB_LOGIN_REQUIRED" }));
    expect(() => sessions.require(null)).toThrow(expect.objectContaining({ code: "HUB_LOGIN_REQUIRED" }));
  });
});
