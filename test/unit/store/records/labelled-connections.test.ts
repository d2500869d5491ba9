import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { newConnection, tempProfile } from "../temp-profile.ts";

const bot = { id: "bot", kind: "slack", label: "Team bot", secret: "SLACK_BOT_TOKEN", provider: "slack" } as const;

describe("a connection that was set", () => {
  it("is changed by setting it again, and keeps when it was made", () => {
    let nowMs = 1_000;
    const { store } = tempProfile({ nowMs: () => nowMs });
    expect(store.labelled.put(bot)).toEqual({ ...bot, createdAtMs: 1_000 });
    nowMs = 2_000;
    const changed = { ...bot, label: "Other", secret: null, provider: null };
    expect(store.labelled.put(changed)).toEqual({ ...changed, createdAtMs: 1_000 });
    store.labelled.put({ ...bot, id: "a" });
    expect(store.labelled.list().map(({ id }) => id)).toEqual(["a", "bot"]);
    expect([store.labelled.remove("bot"), store.labelled.remove("bot"), store.labelled.find("bot")]).toEqual([true, false, null]);
  });
});

describe("a provider's connection that refers to a secret", () => {
  it("says its name, has a placeholder and no value, and forgets the reference when a key replaces it", () => {
    const { store } = tempProfile();
    const linked = store.connections.put(newConnection({ fields: {}, secrets: { key: "OPENAI_TEAM" } }));
    expect(linked.secrets).toEqual({ key: "OPENAI_TEAM" });
    expect(Object.keys(linked.placeholders)).toEqual(["key"]);
    expect(store.connections.credential(linked)?.fields).toEqual({});
    const keyed = store.connections.put(newConnection({ fields: { key: new Secret("own") } }));
    expect(keyed.secrets).toBeUndefined();
    expect(store.connections.credential(keyed)?.fields["key"]?.reveal()).toBe("own");
  });
});
