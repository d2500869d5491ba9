import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { tempProfile } from "../temp-profile.ts";

describe("facts", () => {
  it("are null until written, then the last that was", () => {
    const { store } = tempProfile();
    expect(store.readFact("proxyPort")).toBeNull();
    store.writeFact("proxyPort", "1");
    store.writeFact("proxyPort", "2");
    expect(store.readFact("proxyPort")).toBe("2");
  });
});

describe("the authority", () => {
  it("is one, and its private key is a secret", () => {
    const { store } = tempProfile();
    expect(store.readAuthority()).toBeNull();
    store.writeAuthority({ certificatePem: "old", privateKeyPem: new Secret("old key") });
    store.writeAuthority({ certificatePem: "new", privateKeyPem: new Secret("new key") });
    const authority = store.readAuthority();
    expect(authority?.privateKeyPem.reveal()).toBe("new key");
    expect(JSON.stringify(authority)).toBe('{"certificatePem":"new","privateKeyPem":"[secret]"}');
  });
});
