import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { applySync, sharedIn, wipeHub } from "../../../../src/daemon/hub/apply-sync.ts";
import { EMPTY_CACHE, type HubCache, readCache, writeCache } from "../../../../src/daemon/hub/hub-link.ts";
import type { SyncAnswer } from "../../../../src/daemon/hub/shared/sync-answer.ts";
import { storeConnection } from "../../../../src/daemon/store-connection.ts";
import { bundledProvidersDirectory } from "../../../../src/providers/catalogue.ts";
import { newDeviceKeyPair, sealToDevice } from "../../../../src/hub/keys/seal-to-device.ts";
import { readBackup } from "../../../../src/store/backup/read-backup.ts";
import { makeParts } from "../doctor/subject-of.ts";

const KEY = `sk-${"a1B2".repeat(12)}`;
const keys = newDeviceKeyPair();
const device = { id: "dev_1", token: "t", ...keys };
const sealed = (id: string, version: number, value: string) => ({
  id,
  name: `KEY_${id}`,
  scope: "workspace" as const,
  version,
  sealed: sealToDevice(keys.publicKey, Buffer.from(value), `${id}|${version}`),
});
const connection = {
  id: "con_1",
  provider: "openai",
  name: "team",
  scope: "workspace" as const,
  secret_id: "sec_1",
  origins: ["https://api.openai.com"],
};
const answer = (change: Partial<SyncAnswer>): SyncAnswer => ({
  rev: 1,
  is_full: false,
  policy: { max_offline_seconds: 60 },
  secrets: [],
  connections: [],
  providers: [],
  gone: { secrets: [], connections: [], providers: [] },
  ...change,
});

async function scene() {
  const { profiles, definitions } = makeParts();
  const profile = await profiles.ensure(null);
  const apply = (cache: HubCache, change: Partial<SyncAnswer>) =>
    applySync({ profile, definitions, device, nowMs: 7 }, cache, answer(change));
  const find = () => profile.find({ provider: "openai", name: "team" });
  const value = () => {
    const found = find();
    return found === null ? null : profile.credential(found)?.fields["key"]?.reveal();
  };
  return { profile, definitions, apply, find, value };
}

describe("what a hub sends", () => {
  it("becomes a connection with its placeholder, and a new version keeps that placeholder", async () => {
    const { apply, find, value } = await scene();
    const first = apply(EMPTY_CACHE, { is_full: true, secrets: [sealed("sec_1", 1, KEY)], connections: [connection] });
    expect(first).toMatchObject({
      rev: 1,
      lastContactMs: 7,
      maxOfflineMs: 60_000,
      connections: { con_1: { storedVersion: 1, skipped: null } },
    });
    const placeholder = find()?.placeholders["key"];
    apply(first, { rev: 2, secrets: [sealed("sec_1", 2, KEY.replace("a", "z"))] });
    expect([value(), find()?.placeholders["key"]]).toEqual([KEY.replace("a", "z"), placeholder]);
  });

  it("goes when the hub says it is gone, or does not name it in a full answer", async () => {
    const { apply, find } = await scene();
    const full = { is_full: true, secrets: [sealed("sec_1", 1, KEY)], connections: [connection] };
    const there = apply(EMPTY_CACHE, full);
    expect(apply(there, { gone: { secrets: [], connections: ["con_1"], providers: [] } }).connections).toEqual({});
    expect(find()).toBeNull();
    const again = apply(EMPTY_CACHE, full);
    apply(again, { is_full: true });
    expect(find()).toBeNull();
  });

  it("is not used when its secret is not shared, and goes when the secret goes", async () => {
    const { apply, find } = await scene();
    const without = apply(EMPTY_CACHE, { is_full: true, connections: [connection] });
    expect(without.connections["con_1"]).toMatchObject({ storedVersion: null, skipped: "its secret is not shared with you" });
    const shared = apply(without, { secrets: [sealed("sec_1", 1, KEY)] });
    expect(find()).not.toBeNull();
    apply(shared, { gone: { secrets: ["sec_1"], connections: [], providers: [] } });
    expect(find()).toBeNull();
  });

  it.each([
    [{ provider: "nobody-knows" }, "no definition has this provider"],
    [{ origins: ["https://"] }, "an origin is not one"],
    [{ origins: ["https://evil.example"] }, "an origin is no host of openai"],
    [{ origins: ["https://api.openai.com:8443"] }, "an origin is no host of openai"],
    [{ origins: ["https://api.openai.com", "https://evil.example"] }, "an origin is no host of openai"],
  ])("is left out with %j, and why is said", async (change, skipped) => {
    const { apply } = await scene();
    const cache = apply(EMPTY_CACHE, { is_full: true, secrets: [sealed("sec_1", 1, KEY)], connections: [{ ...connection, ...change }] });
    expect(cache.connections["con_1"]).toMatchObject({ storedVersion: null, skipped });
  });

  it("takes several fields from a JSON secret, and none when one is missing", async () => {
    const { apply, profile } = await scene();
    const twilio = { ...connection, provider: "twilio", origins: ["https://api.twilio.com"] };
    const value = (fields: object) => ({ is_full: true, secrets: [sealed("sec_1", 1, JSON.stringify(fields))], connections: [twilio] });
    const find = () => profile.find({ provider: "twilio", name: "team" });
    const one = apply(EMPTY_CACHE, value({ account_sid: "x" }));
    expect([one.connections["con_1"]?.skipped, find()]).toEqual(["the secret does not have the provider's fields", null]);
    apply(EMPTY_CACHE, value({ account_sid: "x", auth_token: "x", unknown: "y" }));
    expect(Object.keys(profile.credential(find()!)?.fields ?? {}).toSorted()).toEqual(["account_sid", "auth_token"]);
  });

  it("takes nothing sealed to another device", async () => {
    const { apply } = await scene();
    const foreign = sealToDevice(newDeviceKeyPair().publicKey, Buffer.from(KEY), "sec_1|1");
    const secrets = [{ ...sealed("sec_1", 1, KEY), sealed: foreign }];
    expect(() => apply(EMPTY_CACHE, { is_full: true, secrets })).toThrow(expect.objectContaining({ code: "HUB_KEY" }));
  });

  it("is another secret's when its connection is pointed at one, though both are of version 1", async () => {
    const { apply, value } = await scene();
    const other = KEY.replace("a", "z");
    const secrets = [sealed("sec_1", 1, KEY), sealed("sec_2", 1, other)];
    const first = apply(EMPTY_CACHE, { is_full: true, secrets, connections: [connection] });
    apply(first, { rev: 2, connections: [{ ...connection, secret_id: "sec_2" }] });
    expect(value()).toBe(other);
  });

  it.each([
    ["first", ["con_t", "con_u"]],
    ["last", ["con_u", "con_t"]],
  ])(
    "is the nearest of one name when the wider one comes %s, and the wider one under the same placeholder when that goes",
    async (_when, order) => {
      const { apply, find, value } = await scene();
      const secrets = [sealed("sec_t", 1, KEY), sealed("sec_u", 1, KEY.replace("a", "z"))];
      const of = (id: string) => ({
        ...connection,
        id,
        scope: id === "con_u" ? ("user" as const) : ("tenant" as const),
        secret_id: id.replace("con", "sec"),
      });
      let cache = apply(EMPTY_CACHE, { is_full: true, secrets });
      for (const id of order) cache = apply(cache, { connections: [of(id)] });
      expect(value()).toBe(KEY.replace("a", "z"));
      expect(cache.connections).toMatchObject({
        con_u: { storedVersion: 1, skipped: null },
        con_t: { storedVersion: null, skipped: "one of a nearer scope has this name" },
      });
      const placeholder = find()?.placeholders["key"];
      cache = apply(cache, { gone: { secrets: [], connections: ["con_u"], providers: [] } });
      expect([value(), find()?.placeholders["key"], cache.connections["con_t"]?.skipped]).toEqual([KEY, placeholder, null]);
      apply(cache, { gone: { secrets: ["sec_t"], connections: [], providers: [] } });
      expect(find()).toBeNull();
    },
  );

  it("leaves the user's own connection of the same name alone, also when the hub's goes", async () => {
    const { apply, profile, definitions, value } = await scene();
    const own = KEY.replace("a", "o");
    const provider = definitions.current().get("openai")!;
    storeConnection(profile, { provider, name: "team", values: { key: own }, force: false });
    const cache = apply(EMPTY_CACHE, { is_full: true, secrets: [sealed("sec_1", 1, KEY)], connections: [connection] });
    expect(cache.connections["con_1"]).toMatchObject({ storedVersion: null, skipped: "a connection of this name is your own" });
    wipeHub(profile, apply(cache, { gone: { secrets: ["sec_1"], connections: [], providers: [] } }));
    expect(value()).toBe(own);
  });

  it("is wiped whole", async () => {
    const { apply, profile, find } = await scene();
    const cache = apply(EMPTY_CACHE, { is_full: true, secrets: [sealed("sec_1", 1, KEY)], connections: [connection] });
    wipeHub(profile, cache);
    expect(find()).toBeNull();
  });

  it("leaves the key that the user put in its place, and takes nothing of theirs away when it goes", async () => {
    const { apply, profile, definitions, value } = await scene();
    const cache = apply(EMPTY_CACHE, { is_full: true, secrets: [sealed("sec_1", 1, KEY)], connections: [connection] });
    const own = KEY.replace("a", "o");
    storeConnection(profile, { provider: definitions.current().get("openai")!, name: "team", values: { key: own }, force: true });
    const next = apply(cache, { rev: 2, secrets: [sealed("sec_1", 2, KEY)] });
    expect([value(), next.connections["con_1"]?.skipped]).toEqual([own, "a connection of this name is your own"]);
    wipeHub(profile, next);
    expect(value()).toBe(own);
  });

  it("is the hub's also when the daemon was killed before it wrote down that it is", async () => {
    const { apply, profile, find } = await scene();
    apply(EMPTY_CACHE, { is_full: true, secrets: [sealed("sec_1", 1, KEY)], connections: [connection] });
    const afterwards = readCache(profile);
    expect(afterwards).toMatchObject({ storing: ["openai/team"], connections: {} });
    const again = apply(afterwards, { is_full: true, secrets: [sealed("sec_1", 1, KEY)], connections: [connection] });
    expect(again).toMatchObject({ storing: [], connections: { con_1: { skipped: null } } });
    wipeHub(profile, readCache(profile));
    expect(find()).toBeNull();
  });

  it("never counts a key of the user's own as broken off by such an end", async () => {
    const { apply, profile, definitions, value } = await scene();
    const own = KEY.replace("a", "o");
    storeConnection(profile, { provider: definitions.current().get("openai")!, name: "team", values: { key: own }, force: false });
    apply(EMPTY_CACHE, { is_full: true, secrets: [sealed("sec_1", 1, KEY)], connections: [connection] });
    wipeHub(profile, readCache(profile));
    expect(value()).toBe(own);
  });

  it("may be of a provider that the tenant defined, and goes with that definition", async () => {
    const { apply, profile, definitions } = await scene();
    const find = () => profile.find({ provider: "acme", name: "team" });
    const text = JSON.parse(readFileSync(join(bundledProvidersDirectory(), "openai.json"), "utf8")) as Record<string, unknown>;
    const shared = { ...text, id: "acme", name: "Acme" };
    const cache = apply(EMPTY_CACHE, {
      is_full: true,
      secrets: [sealed("sec_1", 1, KEY)],
      connections: [{ ...connection, provider: "acme" }],
      providers: [{ id: "acme", definition: shared }],
    });
    expect(cache.connections["con_1"]).toMatchObject({ skipped: null });
    expect(find()).not.toBeNull();
    const next = apply(cache, { rev: 2, gone: { secrets: [], connections: [], providers: ["acme"] } });
    expect(next.providers).toEqual({});
    expect(definitions.current().get("acme")).toBeNull();
  });

  it("stays out of a backup, from where no hub could take it back; the user's own goes in", async () => {
    const { apply, profile, definitions } = await scene();
    storeConnection(profile, { provider: definitions.current().get("openai")!, name: "own", values: { key: KEY }, force: false });
    writeCache(profile, apply(EMPTY_CACHE, { is_full: true, secrets: [sealed("sec_1", 1, KEY)], connections: [connection] }));
    expect(sharedIn(profile).map(({ name }) => name)).toEqual(["team"]);
    const passphrase = new Secret("correct horse battery staple");
    const { content } = await readBackup(await profile.store.backUp(passphrase, sharedIn(profile)), passphrase);
    const names = (table: string) => content.tables[table]?.rows.map((row) => row[content.tables[table]?.columns.indexOf("name") ?? 0]);
    expect([names("connection"), names("connection_field")]).toEqual([["own"], ["own"]]);
  });
});
