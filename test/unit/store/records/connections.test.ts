import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { openProfile } from "../../../../src/store/open-profile.ts";
import { codeOf, NAME, newConnection, tempProfile } from "../temp-profile.ts";

const openai = { provider: "openai", name: "default" };
const work = { provider: "openai", name: "work" };
const home = { provider: "openai", name: "home" };

function defaults(store: ReturnType<typeof tempProfile>["store"]): string[] {
  return store.connections.list().flatMap(({ provider, name, isDefault }) => (isDefault ? [`${provider}/${name}`] : []));
}

describe("storing a connection", () => {
  it("gives back everything but the secrets", () => {
    const { store } = tempProfile({ nowMs: () => 1_234 });
    const stored = store.connections.put({
      ...openai,
      kind: "oauth2",
      fields: { sid: new Secret("public-id"), token: new Secret("se'cr\"et \u0000ü🔑\n") },
      publicFieldNames: ["sid"],
      origins: [{ host: "*.example.com", port: 8443 }],
      placeholders: { token: "ph-token" },
      expiresAtMs: 99,
    });
    expect(stored).toEqual({
      ...openai,
      id: expect.stringMatching(/^con_/),
      kind: "oauth2",
      isDefault: true,
      origins: [{ host: "*.example.com", port: 8443 }],
      placeholders: { token: "ph-token" },
      publicFields: { sid: "public-id" },
      createdAtMs: 1_234,
      expiresAtMs: 99,
      lastUsedAtMs: null,
    });
    expect(store.connections.find(openai)).toEqual(stored);
    const credential = store.connections.credential(openai);
    expect(credential).toMatchObject({ connectionId: stored.id, expiresAtMs: 99 });
    expect(Object.entries(credential?.fields ?? {}).map(([name, secret]) => [name, secret.reveal()])).toEqual([
      ["sid", "public-id"],
      ["token", "se'cr\"et \u0000ü🔑\n"],
    ]);
    expect(JSON.stringify(store.connections.list())).not.toContain('cr\\"et');
  });

  it("replaces the one of the same name: new id, new fields, same place as default", () => {
    const { store } = tempProfile();
    const before = store.connections.put(newConnection({ fields: { key: new Secret("old"), extra: new Secret("x") } }));
    store.connections.put(newConnection(work));
    store.connections.touch(openai, 5);
    const after = store.connections.put(newConnection({ fields: { key: new Secret("new") } }));
    expect(after.id).not.toBe(before.id);
    expect(after).toMatchObject({ isDefault: true, lastUsedAtMs: null });
    expect(Object.keys(store.connections.credential(openai)?.fields ?? {})).toEqual(["key"]);
    expect(store.connections.list()).toHaveLength(2);
  });

  it("changes nothing when any part of it fails", () => {
    const { store } = tempProfile();
    const before = store.connections.put(newConnection());
    store.connections.put(newConnection({ ...work, placeholders: { key: "taken" } }));
    const clash = newConnection({ fields: { key: new Secret("new") }, placeholders: { key: "taken" } });
    expect(codeOf(() => store.connections.put(clash))).toBe("INTERNAL");
    expect(store.connections.find(openai)).toEqual(before);
    expect(store.connections.credential(openai)?.fields["key"]?.reveal()).not.toBe("new");
  });

  it("keeps names that look like something else apart", () => {
    const { store } = tempProfile();
    for (const name of ["a", "a.b", "a-b", "a_b"]) store.connections.put(newConnection({ name, placeholders: { key: `p-${name}` } }));
    expect(store.connections.list().map(({ name }) => name)).toEqual(["a", "a-b", "a.b", "a_b"]);
    expect(store.connections.find({ provider: "openai", name: "%" })).toBeNull();
  });

  it("is seen by another opening of the same profile at once", () => {
    const { directory, key, store } = tempProfile();
    const other = openProfile({ directory, name: NAME, key });
    expect(other.connections.list()).toEqual([]);
    const stored = store.connections.put(newConnection());
    expect(other.connections.list()).toEqual([stored]);
    other.connections.remove(openai);
    expect(store.connections.find(openai)).toBeNull();
    other.close();
  });
});

describe("the default of a provider", () => {
  it("is its first connection, until another is chosen", () => {
    const { store } = tempProfile();
    for (const ref of [openai, work, { provider: "github", name: "work" }]) store.connections.put(newConnection(ref));
    expect(defaults(store)).toEqual(["github/work", "openai/default"]);
    store.connections.setDefault(work);
    expect(defaults(store)).toEqual(["github/work", "openai/work"]);
  });

  it("passes to the last one left, never to one of several", () => {
    const { store } = tempProfile();
    for (const ref of [openai, work, home]) store.connections.put(newConnection(ref));
    expect(store.connections.remove(openai)).toBe(true);
    expect(defaults(store)).toEqual([]);
    expect(store.connections.remove(work)).toBe(true);
    expect(defaults(store)).toEqual(["openai/home"]);
    expect(store.connections.remove(work)).toBe(false);
  });

  it("stays where it is when asked for a connection that is not there", () => {
    const { store } = tempProfile();
    store.connections.put(newConnection());
    expect(codeOf(() => store.connections.setDefault(work))).toBe("LOGIN_REQUIRED");
    expect(defaults(store)).toEqual(["openai/default"]);
  });
});

describe("placeholders", () => {
  it("outlive a logout and are forgotten with the provider", () => {
    const { store } = tempProfile();
    store.connections.put(newConnection({ placeholders: { key: "ph-1" } }));
    store.connections.put(newConnection({ provider: "github", placeholders: { key: "ph-2" } }));
    store.connections.remove(openai);
    expect(store.connections.credential(openai)).toBeNull();
    expect(store.connections.placeholders(openai)).toEqual({ key: "ph-1" });
    expect(store.connections.allPlaceholders()).toEqual(["ph-1", "ph-2"]);
    expect(store.connections.forget("openai")).toEqual([]);
    expect(store.connections.placeholders(openai)).toBeNull();
    expect(store.connections.allPlaceholders()).toEqual(["ph-2"]);
  });

  it("are shown for the secret fields a connection has now", () => {
    const { store } = tempProfile();
    store.connections.put(newConnection({ fields: { a: new Secret("1"), b: new Secret("2") }, placeholders: { a: "ph-a", b: "ph-b" } }));
    const { placeholders } = store.connections.put(newConnection({ fields: { a: new Secret("3") }, placeholders: { a: "ph-a" } }));
    expect(placeholders).toEqual({ a: "ph-a" });
    expect(store.connections.placeholders(openai)).toEqual({ a: "ph-a", b: "ph-b" });
  });

  it("are gone with every connection when a provider is forgotten", () => {
    const { store } = tempProfile();
    for (const ref of [openai, work]) store.connections.put(newConnection(ref));
    expect(store.connections.forget("openai")).toEqual([openai, work]);
    expect([store.connections.list(), store.connections.allPlaceholders()]).toEqual([[], []]);
    expect(store.connections.placeholders({ provider: "never", name: "default" })).toBeNull();
  });
});

describe("last uses", () => {
  it("show at once and are written by flush and close", () => {
    const { directory, key, store } = tempProfile();
    for (const ref of [openai, work]) store.connections.put(newConnection(ref));
    const reader = openProfile({ directory, name: NAME, key });
    const lastUse = (): (number | null | undefined)[] => [openai, work].map((ref) => reader.connections.find(ref)?.lastUsedAtMs);
    store.connections.touch(openai, 10);
    store.connections.touch(openai, 20);
    expect(store.connections.find(openai)?.lastUsedAtMs).toBe(20);
    expect(lastUse()).toEqual([null, null]);
    store.flush();
    expect(lastUse()).toEqual([20, null]);
    store.connections.touch(work, 30);
    store.close();
    expect(lastUse()).toEqual([20, 30]);
    reader.close();
  });

  it("of a connection that went away bring nothing back", () => {
    const { store } = tempProfile();
    store.connections.put(newConnection());
    store.connections.touch(openai, 10);
    store.connections.touch(work, 10);
    store.connections.remove(openai);
    store.flush();
    expect(store.connections.list()).toEqual([]);
  });
});
