import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { createKey } from "../../../../src/store/custody/create-key.ts";
import type { Custody, CustodySources } from "../../../../src/store/custody/custody.ts";
import { readCustody } from "../../../../src/store/custody/descriptor.ts";
import { obtainKey } from "../../../../src/store/custody/obtain-key.ts";
import { rewrapKey } from "../../../../src/store/custody/rewrap-key.ts";
import { profileFiles } from "../../../../src/store/profile-files.ts";
import { codeOfAsync, contents, NAME, tempDirectory } from "../temp-profile.ts";
import { fakeKeychain } from "./fake-keychain.ts";

const own: readonly Custody[] = ["file", "keychain", "passphrase"];

function sourcesOf(change: Partial<CustodySources> = {}): CustodySources {
  const external = { keyFile: null, keyCommand: null };
  return { directory: tempDirectory(), name: NAME, passphrase: new Secret("correct horse"), external, keychain: fakeKeychain(), ...change };
}

describe("changing the custody", () => {
  it.each(own.flatMap((from) => own.map((to) => [from, to] as const)))(
    "from %s to %s keeps the key and one copy of it",
    async (from, to) => {
      const keychain = fakeKeychain();
      const sources = sourcesOf({ keychain });
      const { key } = await createKey({ ...sources, custody: from });
      expect(await rewrapKey({ ...sources, key, custody: to })).toBe(to);
      expect(readCustody(sources.directory, NAME)).toBe(to);
      expect(await obtainKey(sources)).toEqual(key);
      expect(existsSync(profileFiles(sources.directory, NAME).key)).toBe(to === "file");
      expect(keychain.items.size).toBe(to === "keychain" ? 1 : 0);
    },
  );

  it("to another passphrase ends the old one", async () => {
    const sources = sourcesOf();
    const { key } = await createKey({ ...sources, custody: "passphrase" });
    await rewrapKey({ ...sources, key, custody: "passphrase", passphrase: new Secret("battery staple") });
    expect(await codeOfAsync(() => obtainKey(sources))).toBe("STORE_KEY_WRONG");
    expect(await obtainKey({ ...sources, passphrase: new Secret("battery staple") })).toEqual(key);
  });

  it("to an external place needs the same key there", async () => {
    const sources = sourcesOf();
    const { key } = await createKey({ ...sources, custody: "file" });
    const path = join(tempDirectory(), "key");
    const external = { keyFile: path, keyCommand: null };
    writeFileSync(path, randomBytes(32).toString("hex"), { mode: 0o600 });
    const before = contents(sources.directory);
    expect(await codeOfAsync(() => rewrapKey({ ...sources, external, key, custody: "key-file" }))).toBe("STORE_KEY_WRONG");
    expect(contents(sources.directory)).toEqual(before);
    writeFileSync(path, key.toString("hex"));
    expect(await rewrapKey({ ...sources, external, key, custody: "key-file" })).toBe("key-file");
    expect(await obtainKey({ ...sources, external })).toEqual(key);
  });

  it("changes nothing when it cannot be done", async () => {
    const sources = sourcesOf();
    const { key } = await createKey({ ...sources, custody: "file" });
    const before = contents(sources.directory);
    const attempts = [
      { ...sources, key, custody: "keychain", keychain: false },
      { ...sources, key, custody: "passphrase", passphrase: null },
      { ...sources, key: randomBytes(32), custody: "passphrase" },
    ] as const;
    const codes = [];
    for (const attempt of attempts) codes.push(await codeOfAsync(() => rewrapKey(attempt)));
    expect(codes).toEqual(["CUSTODY_FAILED", "INPUT_NEEDED", "STORE_KEY_WRONG"]);
    expect(contents(sources.directory)).toEqual(before);
  });

  it("needs a descriptor", async () => {
    expect(await codeOfAsync(() => rewrapKey({ ...sourcesOf(), key: randomBytes(32), custody: "file" }))).toBe("STORE_KEY_MISSING");
  });

  it("shows the old copy as long as the new one is not in place", async () => {
    const keychain = fakeKeychain();
    const sources = sourcesOf({ keychain });
    const { key } = await createKey({ ...sources, custody: "file" });
    const watching = {
      ...keychain,
      write: async (account: string, value: string) => {
        expect(await obtainKey(sources)).toEqual(key);
        await keychain.write(account, value);
        expect(await obtainKey(sources)).toEqual(key);
      },
    };
    await rewrapKey({ ...sources, keychain: watching, key, custody: "keychain" });
    expect(await obtainKey(sources)).toEqual(key);
    expect.assertions(3);
  });
});
