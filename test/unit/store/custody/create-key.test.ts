import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { createProfile } from "../../../../src/store/create-profile.ts";
import { createKey, type CreateKeyOptions } from "../../../../src/store/custody/create-key.ts";
import { readCustody } from "../../../../src/store/custody/descriptor.ts";
import { obtainKey } from "../../../../src/store/custody/obtain-key.ts";
import { profileFiles } from "../../../../src/store/profile-files.ts";
import { codeOfAsync, contents, modeOf, NAME, tempDirectory } from "../temp-profile.ts";
import { fakeKeychain } from "./fake-keychain.ts";

function options(change: Partial<CreateKeyOptions> = {}): CreateKeyOptions {
  const external = { keyFile: null, keyCommand: null };
  return { directory: tempDirectory(), name: NAME, custody: null, passphrase: null, external, keychain: false, ...change };
}

function userKeyFile(): { path: string; key: Buffer } {
  const path = join(tempDirectory(), "key");
  const key = randomBytes(32);
  writeFileSync(path, `${key.toString("hex")}\n`, { mode: 0o600 });
  return { path, key };
}

describe("the custody of a new key", () => {
  it("is the key file where there is nothing better", async () => {
    for (const keychain of [false, fakeKeychain(false)] as const) {
      const asked = options({ keychain });
      const { key, custody } = await createKey(asked);
      expect([custody, readCustody(asked.directory, NAME)]).toEqual(["file", "file"]);
      const files = profileFiles(asked.directory, NAME);
      expect(readFileSync(files.key, "utf8")).toBe(`${key.toString("hex")}\n`);
      expect([modeOf(files.key), modeOf(files.descriptor)]).toEqual(["600", "600"]);
      expect(await obtainKey(asked)).toEqual(key);
    }
  });

  it("is the keychain where one answers, and then no file holds the key", async () => {
    const keychain = fakeKeychain();
    const asked = options({ keychain });
    const { key, custody } = await createKey(asked);
    expect(custody).toBe("keychain");
    expect([...keychain.items.values()]).toEqual([key.toString("hex")]);
    expect(Object.keys(contents(asked.directory))).toEqual([`${NAME}.key.json`]);
    expect(await obtainKey(asked)).toEqual(key);
  });

  it("is a given passphrase before the keychain, and what the environment says before both", async () => {
    const passphrase = new Secret("correct horse");
    expect((await createKey(options({ passphrase, keychain: fakeKeychain() }))).custody).toBe("passphrase");
    const { path, key } = userKeyFile();
    const created = await createKey(options({ passphrase, external: { keyFile: path, keyCommand: null } }));
    expect(created).toEqual({ custody: "key-file", key });
  });

  it("is what was asked for, or nothing: a keychain that does not work is no reason for a file", async () => {
    const asked = options({ custody: "keychain", keychain: false });
    expect(await codeOfAsync(() => createKey(asked))).toBe("CUSTODY_FAILED");
    expect(contents(asked.directory)).toEqual({});
    expect(await codeOfAsync(() => createKey(options({ custody: "passphrase" })))).toBe("INPUT_NEEDED");
    expect(await codeOfAsync(() => createKey(options({ custody: "passphrase", passphrase: new Secret("") })))).toBe("KEY_EMPTY");
    expect(await codeOfAsync(() => createKey(options({ custody: "key-command" })))).toBe("STORE_KEY_MISSING");
  });
});

describe("a profile that exists", () => {
  it("keeps its key", async () => {
    const asked = options();
    const { key } = await createKey(asked);
    createProfile({ directory: asked.directory, name: NAME, key }).close();
    const before = contents(asked.directory);
    expect(await codeOfAsync(() => createKey(asked))).toBe("PROFILE_EXISTS");
    expect(contents(asked.directory)).toEqual(before);
  });

  it("keeps its key also when it came into being while another creation waited for the keychain", async () => {
    const keychain = fakeKeychain();
    const asked = options();
    let finish = (): void => {};
    const slow = {
      ...keychain,
      write: (account: string, value: string) =>
        new Promise<void>((resolve) => (finish = resolve)).then(() => keychain.write(account, value)),
    };
    const late = createKey({ ...asked, custody: "keychain", keychain: slow });
    const { key } = await createKey(asked);
    createProfile({ directory: asked.directory, name: NAME, key }).close();
    finish();
    expect(await codeOfAsync(() => late)).toBe("PROFILE_EXISTS");
    expect(keychain.items.size).toBe(0);
    expect(await obtainKey(asked)).toEqual(key);
  });
});

describe("a creation that was given up", () => {
  it("is overtaken by the next, without a bare key left", async () => {
    const asked = options();
    await createKey(asked);
    const { key } = await createKey({ ...asked, passphrase: new Secret("pass") });
    expect(Object.keys(contents(asked.directory))).toEqual([`${NAME}.key.json`]);
    expect(await obtainKey({ ...asked, passphrase: new Secret("pass") })).toEqual(key);
  });
});
