import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { accountOf, discardKey, discardKeyFile, keepKey, usableKeychain } from "../../../../src/store/custody/keep-key.ts";
import { verifierOf } from "../../../../src/store/custody/descriptor.ts";
import { profileFiles } from "../../../../src/store/profile-files.ts";
import { codeOf, NAME, tempDirectory } from "../temp-profile.ts";
import { fakeKeychain } from "./fake-keychain.ts";

const key = randomBytes(32);
const external = { keyFile: null, keyCommand: null };

describe("keeping a key", () => {
  it("in a file happens only when it is placed", async () => {
    const directory = tempDirectory();
    const files = profileFiles(directory, NAME);
    const kept = await keepKey({ files, key, custody: "file" }, { directory, name: NAME, passphrase: null, external, keychain: false });
    expect(existsSync(files.key)).toBe(false);
    kept.place();
    expect(existsSync(files.key)).toBe(true);
    await discardKey(files, { custody: "file", verifier: verifierOf(key) }, false);
    expect([existsSync(files.key), discardKeyFile(files)]).toEqual([false, false]);
  });

  it("leaves what the user keeps elsewhere alone", async () => {
    const files = profileFiles(tempDirectory(), NAME);
    await expect(discardKey(files, { custody: "key-file", verifier: verifierOf(key) }, false)).resolves.toBeUndefined();
  });
});

describe("a keychain item", () => {
  it("has the profile and the key in its name, never the key", () => {
    const name = accountOf("work", verifierOf(key));
    expect(name).toMatch(/^work:[0-9a-f]{16}$/);
    expect(key.toString("hex")).not.toContain(name.slice(5));
    expect(accountOf("work", verifierOf(randomBytes(32)))).not.toBe(name);
  });

  it("cannot be used when the keychain is off", () => {
    const keychain = fakeKeychain();
    expect(usableKeychain(keychain)).toBe(keychain);
    expect(codeOf(() => usableKeychain(false))).toBe("CUSTODY_FAILED");
  });
});
