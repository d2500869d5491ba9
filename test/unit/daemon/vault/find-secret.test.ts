import { describe, expect, it } from "vitest";
import { describeSecret, findSecret, requireSecret, sourceOf, usersOf } from "../../../../src/daemon/vault/find-secret.ts";
import { vaultProfile } from "../../../support/vault-profile.ts";
import { newConnection } from "../../store/temp-profile.ts";

describe("the secret that a name means", () => {
  it("is that of the nearest scope, or of the one that is asked for", () => {
    const { profile, put } = vaultProfile();
    put("KEY", "t", "tenant");
    expect(findSecret(profile, "KEY", null)?.scope).toBe("tenant");
    put("KEY", "w");
    put("KEY", "u", "user");
    expect(findSecret(profile, "KEY", null)?.scope).toBe("user");
    expect(findSecret(profile, "KEY", "workspace")?.scope).toBe("workspace");
    expect(findSecret(null, "KEY", null)).toBeNull();
    expect(() => requireSecret(profile, { name: "NONE", scope: null })).toThrow("no secret has the name 'NONE'");
  });

  it("is described with what refers to it and without its value", () => {
    const { profile, put } = vaultProfile();
    put("KEY", "hidden-text");
    profile.store.connections.put(newConnection({ name: "team", fields: {}, secrets: { key: "KEY" } }));
    profile.store.connections.put(newConnection({ provider: "slack", name: "bot", fields: {}, secrets: { key: "KEY" } }));
    profile.store.labelled.put({ id: "bot", kind: "slack", label: "Bot", secret: "KEY", provider: "slack" });
    profile.changed();
    const secret = findSecret(profile, "KEY", null)!;
    expect(usersOf(profile, "KEY")).toEqual(["openai (team)", "bot"]);
    expect(describeSecret(profile, secret)).toMatchObject({ name: "KEY", source: "profile", usedBy: ["openai (team)", "bot"] });
    expect(JSON.stringify(describeSecret(profile, secret))).not.toContain("hidden-text");
  });

  it("comes from a place with a word for it, also when it is written in a way of tomorrow", () => {
    expect([sourceOf(null), sourceOf("env:X"), sourceOf("future:thing")]).toEqual(["profile", "env", "unknown"]);
  });
});
