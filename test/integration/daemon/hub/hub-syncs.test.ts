// The daemon's cache of a real hub: near it while it answers, stale and then denied while it does not, gone when the device is.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { readCache, readLink, writeLink } from "../../../../src/daemon/hub/hub-link.ts";
import type { HubSessions } from "../../../../src/daemon/hub/hub-session.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";
import { linkedProfile, type LinkedProfile } from "./linked-profile.ts";

const time = { offsetMs: 0, steadyMs: 0 };
const clock = { nowMs: () => Date.now() + time.offsetMs };
const steadyMs = (): number => performance.now() + time.steadyMs;
const ref = { provider: "openai", name: "default" };
let rig: HubRig;

beforeAll(async () => {
  rig = await startHubRig();
});
afterAll(() => rig.destroy());

/** A linked profile with one shared connection in it. */
async function shared(): Promise<LinkedProfile & { readonly connectionId: string }> {
  time.offsetMs = 0;
  time.steadyMs = 0;
  const linked = await linkedProfile(rig, { clock, steadyMs });
  const token = linked.person.tokens.accessToken;
  await rig.call("POST", "/v1/secrets", { token, body: { name: "KEY", value: `sk-${"a1B2".repeat(12)}` } });
  const body = { provider: "openai", secret: "KEY", origins: ["https://api.openai.com"] };
  const made = await rig.call("POST", "/v1/connections", { token, body });
  await linked.syncs.pull(linked.profile);
  return { ...linked, connectionId: made.body.id };
}

/** The hub's answer to the next question is there and waits for `release`. */
function holdFirst(sessions: HubSessions) {
  const { clientFor } = sessions;
  let there = false;
  let asked = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  vi.spyOn(sessions, "clientFor").mockImplementation((urls) => ({
    send: async (request) => {
      const isFirst = (asked += 1) === 1;
      const answer = await clientFor.call(sessions, urls).send(request);
      if (!isFirst) return answer;
      there = true;
      await released;
      return answer;
    },
  }));
  return { isThere: () => there, asked: () => asked, release: () => release() };
}

const denied = expect.objectContaining({ code: "HUB_STALE", hint: "keyward sync" }) as Error;

describe("a cache", () => {
  it("holds what is shared, bound to the hub's origins, and follows a change within two seconds", async () => {
    const { profile, syncs, person, connectionId } = await shared();
    expect(profile.find(ref)?.origins).toEqual([{ host: "api.openai.com", port: 443 }]);
    expect(syncs.isShared(profile, ref)).toBe(true);
    syncs.watch(profile);
    const began = Date.now();
    await rig.call("DELETE", `/v1/connections/${connectionId}`, { token: person.tokens.accessToken });
    await expect.poll(() => profile.find(ref)).toBeNull();
    expect(Date.now() - began).toBeLessThan(20_000);
    syncs.unwatch(profile.name);
  });

  it("is fresh, then stale and used, then denied, by whichever clock says more", async () => {
    const { profile, syncs } = await shared();
    syncs.unwatch(profile.name);
    syncs.watch(profile);
    syncs.unwatch("none");
    await syncs.pull(profile);
    expect(syncs.freshness(profile)).toBe("fresh");
    time.steadyMs = 3_600_000;
    expect(syncs.freshness(profile)).toBe("stale");
    expect(() => syncs.requireFresh(profile, ref)).not.toThrow();
    // Somebody set the wall clock back; the other one still knows.
    time.offsetMs = -3_600_000;
    time.steadyMs = 25 * 3_600_000;
    expect(syncs.freshness(profile)).toBe("denied");
    expect(() => syncs.requireFresh(profile, ref)).toThrow(denied);
    expect(() => syncs.requireFresh(profile, { provider: "openai", name: "own" })).not.toThrow();
    syncs.unwatch(profile.name);
  });

  it("is fresh again at once when the hub is there that has nothing new, after a start and after an outage", async () => {
    const { profile, syncs, sessions } = await shared();
    syncs.unwatch(profile.name);
    time.offsetMs = 25 * 3_600_000;
    expect(syncs.freshness(profile)).toBe("denied");
    const { clientFor } = sessions;
    const waits: string[] = [];
    vi.spyOn(sessions, "clientFor").mockImplementation((urls) => ({
      send: async (request) => {
        waits.push(/wait=\d+/.exec(request.path)?.[0] ?? "");
        if (waits.length === 2) throw new KeywardError("HUB_UNREACHABLE", "away");
        return await clientFor.call(sessions, urls).send(request);
      },
    }));
    syncs.watch(profile);
    await vi.waitUntil(() => waits.length === 4, { timeout: 45_000 });
    expect(waits).toEqual(["wait=0", "wait=25", "wait=0", "wait=25"]);
    expect(syncs.freshness(profile)).toBe("fresh");
    syncs.unwatch(profile.name);
  });

  it("is denied after a restart under a clock that was set back", async () => {
    const { profile, syncs } = await shared();
    syncs.unwatch(profile.name);
    time.offsetMs = -3_600_000;
    expect(syncs.freshness(profile)).toBe("denied");
  });

  it("denies at once where the tenant allows no time without the hub", async () => {
    const { profile, syncs, person } = await shared();
    await rig.call("PATCH", "/v1/tenants/current", { token: person.tokens.accessToken, body: { max_offline_seconds: 0 } });
    await syncs.pull(profile);
    time.steadyMs = 3 * 60_000;
    expect(syncs.freshness(profile)).toBe("denied");
    syncs.unwatch(profile.name);
  });

  it("is wiped when the device is revoked, and nothing is asked for any more", async () => {
    const { profile, syncs, person, deviceId } = await shared();
    await rig.call("DELETE", `/v1/devices/${deviceId}`, { token: person.tokens.accessToken });
    await expect(syncs.pull(profile)).rejects.toMatchObject({ code: "HUB_LOGIN_REQUIRED" });
    expect(profile.find(ref)).toBeNull();
    expect(readCache(profile)).toMatchObject({ secrets: {}, connections: {}, endedBecause: "HUB_LOGIN_REQUIRED" });
    expect(readLink(profile)?.device).toBeNull();
    syncs.unwatch(profile.name);
  });

  it("leaves the session alone that was refreshed while a poll waited for its refusal, and polls no more", async () => {
    const { profile, syncs, sessions, person, deviceId, log } = await shared();
    syncs.unwatch(profile.name);
    await rig.call("DELETE", `/v1/devices/${deviceId}`, { token: person.tokens.accessToken });
    const held = holdFirst(sessions);
    syncs.watch(profile);
    await expect.poll(held.isThere).toBe(true);
    const link = sessions.require(profile);
    writeLink(profile, { ...link, session: link.session && { ...link.session, refreshToken: "the next one" } });
    held.release();
    await expect.poll(() => readLink(profile)?.device).toBeNull();
    expect(readLink(profile)?.session?.refreshToken).toBe("the next one");
    expect(log.debug).not.toHaveBeenCalled();
    syncs.unwatch(profile.name);
  });

  it("does not go back to an older answer that comes after a newer one", async () => {
    const { profile, syncs, sessions, person } = await shared();
    syncs.unwatch(profile.name);
    const token = person.tokens.accessToken;
    await rig.call("PATCH", "/v1/tenants/current", { token, body: { name: "Once" } });
    const { body } = await rig.call("GET", "/v1/connections", { token });
    const held = holdFirst(sessions);
    syncs.watch(profile);
    await expect.poll(held.isThere).toBe(true);
    await rig.call("DELETE", `/v1/connections/${body.data[0].id}`, { token });
    const { rev } = await syncs.pull(profile);
    expect(profile.find(ref)).toBeNull();
    held.release();
    // The poll has taken its answer in when it asks anew.
    await expect.poll(held.asked).toBeGreaterThan(2);
    expect([profile.find(ref), readCache(profile).rev]).toEqual([null, rev]);
    syncs.unwatch(profile.name);
  });

  it("is wiped when the person is removed from the workspace", async () => {
    const { profile, syncs, person, place } = await shared();
    const second = await rig.person(place, "owner", { isTenantAdmin: true });
    const path = `/v1/workspaces/${place.workspaceId}/members/${person.userId}`;
    expect((await rig.call("DELETE", path, { token: second.tokens.accessToken })).status).toBe(204);
    await rig.hub.parts.storage.within({ tenantId: place.tenantId, workspaceId: "*" }, ({ db }) =>
      db.deleteFrom("tenant_member").where("tenant_id", "=", place.tenantId).where("user_id", "=", person.userId).execute(),
    );
    await expect(syncs.pull(profile)).rejects.toMatchObject({ code: "HUB_FORBIDDEN" });
    expect(profile.find(ref)).toBeNull();
    syncs.unwatch(profile.name);
  });

  it("asks no hub any more once the daemon ends, and whoever still wants a sync is told so at once", async () => {
    const { profile, syncs, sessions } = await shared();
    const held = holdFirst(sessions);
    syncs.watch(profile);
    await expect.poll(held.isThere).toBe(true);
    syncs.close();
    await expect(syncs.pull(profile)).rejects.toMatchObject({ code: "HUB_LOGIN_REQUIRED" });
    held.release();
    expect(held.asked()).toBe(1);
  });
});
