import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EMPTY_CACHE, readCache, readLink, writeCache, writeLink } from "../../../../src/daemon/hub/hub-link.ts";
import type { UnlockedProfile } from "../../../../src/daemon/profiles/unlocked-profile.ts";
import { tempProfile } from "../../store/temp-profile.ts";

describe("a link to a hub", () => {
  it("is kept in the encrypted profile, with its cache, until it is taken away", () => {
    const temp = tempProfile();
    const profile = { store: temp.store } as unknown as UnlockedProfile;
    expect([readLink(profile), readCache(profile)]).toEqual([null, EMPTY_CACHE]);
    const token = `canary-${Math.random()}`;
    const link = {
      urls: ["https://hub.test"],
      session: null,
      token,
      user: null,
      tenant: { id: "t", name: "T" },
      workspace: null,
      device: null,
    } as const;
    writeLink(profile, { ...link, urls: ["https://hub.test"] });
    writeCache(profile, { ...EMPTY_CACHE, rev: 3 });
    expect(readLink(profile)).toEqual(link);
    expect(readCache(profile).rev).toBe(3);
    temp.store.flush();
    expect(readFileSync(temp.files.database).includes(token)).toBe(false);
    writeLink(profile, null);
    expect(readLink(profile)).toBeNull();
  });
});
