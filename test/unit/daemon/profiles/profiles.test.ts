import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ensureHome } from "../../../../src/config/home.ts";
import { type Paths, resolvePaths } from "../../../../src/config/paths.ts";
import { systemClock } from "../../../../src/core/clock.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { Profiles } from "../../../../src/daemon/profiles/profiles.ts";
import type { UnlockedProfile } from "../../../../src/daemon/profiles/unlocked-profile.ts";

let paths: Paths;
let opened: string[];
let profiles: Profiles;

beforeEach(() => {
  vi.stubEnv("KEYWARD_KEYCHAIN", "off");
  vi.stubEnv("KEYWARD_PROFILE", "");
  paths = resolvePaths({ KEYWARD_HOME: join(mkdtempSync(join(tmpdir(), "kw-prof-")), "h") });
  ensureHome(paths);
  opened = [];
  profiles = new Profiles({ paths, clock: systemClock, onOpen: async (profile) => void opened.push(profile.name) });
});
afterEach(() => {
  profiles.closeAll();
  vi.unstubAllEnvs();
});

function connect(profile: UnlockedProfile, placeholder: string): void {
  profile.store.connections.put({
    provider: "acme",
    name: "default",
    kind: "api_key",
    fields: { key: new Secret("value") },
    publicFieldNames: [],
    origins: [{ host: "api.acme.test", port: 443 }],
    placeholders: { key: placeholder },
    expiresAtMs: null,
  });
  profile.changed();
}

describe("profiles", () => {
  it("asked for without need are not made", async () => {
    expect(await profiles.find(null)).toBeNull();
    expect(profiles.list()).toEqual([]);
    await expect(profiles.ensure("work")).rejects.toMatchObject({ code: "PROFILE_UNKNOWN", hint: "keyward profile create work" });
    await expect(profiles.find("work")).rejects.toMatchObject({ code: "PROFILE_UNKNOWN" });
    await expect(profiles.find("../x")).rejects.toMatchObject({ code: "NAME_INVALID" });
    expect(readdirSync(paths.profiles)).toEqual([]);
  });

  it("needed by many at once are made once and opened once", async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => profiles.ensure(null)));
    expect(new Set(all).size).toBe(1);
    expect(opened).toEqual(["default"]);
    expect(profiles.takeNotice("default")).toContain(join(paths.profiles, "default.key"));
    expect(profiles.takeNotice("default")).toBeNull();
  });

  it("closed are opened again with the next need", async () => {
    const first = await profiles.ensure(null);
    profiles.closeAll();
    expect(first.key.every((byte) => byte === 0)).toBe(true);
    expect(await profiles.find(null)).not.toBe(first);
    expect(opened).toEqual(["default", "default"]);
  });

  it("whose opening fails half-way are closed and can be tried again", async () => {
    let fail = true;
    const failing = new Profiles({
      paths,
      clock: systemClock,
      onOpen: async () => {
        if (fail) throw new Error("half-way");
      },
    });
    await expect(failing.ensure(null)).rejects.toThrow("half-way");
    expect(failing.opened()).toEqual([]);
    fail = false;
    expect((await failing.ensure(null)).name).toBe("default");
    failing.closeAll();
  });

  it("are deleted with everything", async () => {
    await profiles.create("work", { custody: "file", passphrase: null });
    await profiles.delete("work");
    expect(readdirSync(paths.profiles).filter((name) => name.startsWith("work"))).toEqual([]);
    expect(existsSync(join(paths.profiles, "work.db"))).toBe(false);
  });
});

describe("an unlocked profile", () => {
  it("asks its store again only after a change", async () => {
    const profile = await profiles.ensure(null);
    const none = profile.connections();
    expect(profile.connections()).toBe(none);
    const { revision } = profile;
    connect(profile, "ph-1");
    expect(profile.revision).toBeGreaterThan(revision);
    expect(profile.connections()).toHaveLength(1);
    const connection = profile.find({ provider: "acme", name: "default" })!;
    expect(profile.credential(connection)).toBe(profile.credential(connection));
  });

  it("remembers every placeholder, the same list until one is added", async () => {
    const profile = await profiles.ensure(null);
    connect(profile, "ph-1");
    const known = profile.knownPlaceholders();
    expect(known).toEqual([{ text: "ph-1", owner: { provider: "acme", name: "default" } }]);
    profile.store.connections.remove({ provider: "acme", name: "default" });
    profile.changed();
    expect(profile.knownPlaceholders()).toBe(known);
    profile.rememberPlaceholders({ provider: "acme", name: "old" }, { key: "ph-0" });
    expect(profile.knownPlaceholders().map(({ text }) => text)).toEqual(["ph-1", "ph-0"]);
  });
});
