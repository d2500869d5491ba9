import { describe, expect, it } from "vitest";
import type { CachedSecret } from "../../../../../src/daemon/hub/hub-link.ts";
import { placeSecrets } from "../../../../../src/daemon/hub/shared/place-secrets.ts";
import { findSecret } from "../../../../../src/daemon/vault/find-secret.ts";
import { vaultProfile } from "../../../../support/vault-profile.ts";

const secret = (version: number, name = "TEAM"): CachedSecret => ({ name, scope: "workspace", version, value: "not kept" });

describe("a shared secret in the vault", () => {
  it("is a reference that is read from what the hub last sent, and goes with the hub's", async () => {
    const { profile, vault, shared } = vaultProfile();
    placeSecrets(profile, {}, { sec_1: secret(1) });
    shared.set("sec_1", "value");
    const found = findSecret(profile, "TEAM", null)!;
    expect([found.reference, (await vault.read(profile, found))?.reveal()]).toEqual(["hub:sec_1", "value"]);
    shared.delete("sec_1");
    await expect(vault.read(profile, found)).rejects.toMatchObject({ code: "SECRET_UNAVAILABLE" });
    placeSecrets(profile, { sec_1: secret(1) }, {});
    expect(findSecret(profile, "TEAM", null)).toBeNull();
  });

  it("has a new version when the hub has one, and another name when it got one", () => {
    const { profile } = vaultProfile();
    placeSecrets(profile, {}, { sec_1: secret(1) });
    placeSecrets(profile, { sec_1: secret(1) }, { sec_1: secret(1) });
    expect(findSecret(profile, "TEAM", null)?.version).toBe(1);
    placeSecrets(profile, { sec_1: secret(1) }, { sec_1: secret(2) });
    expect(findSecret(profile, "TEAM", null)?.version).toBe(2);
    placeSecrets(profile, { sec_1: secret(2) }, { sec_1: secret(2, "OTHER") });
    expect([findSecret(profile, "TEAM", null), findSecret(profile, "OTHER", null)?.reference]).toEqual([null, "hub:sec_1"]);
  });

  it("never takes the place of the user's own, nor that one with it when it goes", () => {
    const { profile, put } = vaultProfile();
    put("TEAM", "own");
    placeSecrets(profile, {}, { sec_1: secret(1) });
    placeSecrets(profile, { sec_1: secret(1) }, {});
    expect(findSecret(profile, "TEAM", null)).toMatchObject({ reference: null, version: 1 });
  });
});
