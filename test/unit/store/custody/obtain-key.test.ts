import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { createProfile } from "../../../../src/store/create-profile.ts";
import { createKey } from "../../../../src/store/custody/create-key.ts";
import type { Custody, CustodySources } from "../../../../src/store/custody/custody.ts";
import { obtainKey } from "../../../../src/store/custody/obtain-key.ts";
import { type ProfileFiles, profileFiles } from "../../../../src/store/profile-files.ts";
import { codeOfAsync, contents, NAME, tempDirectory } from "../temp-profile.ts";
import { fakeKeychain } from "./fake-keychain.ts";

const passphrase = new Secret("correct horse");
const external = { keyFile: null, keyCommand: null };

async function profileIn(
  custody: Custody,
  change: Partial<CustodySources> = {},
): Promise<{ sources: CustodySources; files: ProfileFiles; key: Buffer }> {
  const directory = tempDirectory();
  const sources = { directory, name: NAME, passphrase, external, keychain: fakeKeychain(), ...change };
  const { key } = await createKey({ ...sources, custody });
  createProfile({ directory, name: NAME, key }).close();
  return { sources, files: profileFiles(directory, NAME), key };
}

describe("obtaining a key", () => {
  it("asks for the passphrase only where one is needed", async () => {
    const locked = await profileIn("passphrase");
    expect(await codeOfAsync(() => obtainKey({ ...locked.sources, passphrase: null }))).toBe("PROFILE_LOCKED");
    expect(await obtainKey(locked.sources)).toEqual(locked.key);
    const open = await profileIn("file");
    expect(await obtainKey({ ...open.sources, passphrase: null })).toEqual(open.key);
  });

  it("refuses a wrong passphrase and changes nothing", async () => {
    const { sources } = await profileIn("passphrase");
    const before = contents(sources.directory);
    expect(await codeOfAsync(() => obtainKey({ ...sources, passphrase: new Secret("wrong") }))).toBe("STORE_KEY_WRONG");
    expect(contents(sources.directory)).toEqual(before);
  });

  it("knows no profile that is not there", async () => {
    const sources = { directory: tempDirectory(), name: NAME, passphrase, external, keychain: false };
    expect(await codeOfAsync(() => obtainKey(sources))).toBe("PROFILE_UNKNOWN");
  });

  it("says which part of a profile is gone", async () => {
    const file = await profileIn("file");
    rmSync(file.files.key);
    expect(await codeOfAsync(() => obtainKey(file.sources))).toBe("STORE_KEY_MISSING");
    rmSync(file.files.descriptor);
    expect(await codeOfAsync(() => obtainKey(file.sources))).toBe("STORE_KEY_MISSING");
    const keychain = await profileIn("keychain");
    expect(await codeOfAsync(() => obtainKey({ ...keychain.sources, keychain: fakeKeychain() }))).toBe("STORE_KEY_MISSING");
    expect(await codeOfAsync(() => obtainKey({ ...keychain.sources, keychain: false }))).toBe("CUSTODY_FAILED");
  });

  it("refuses a key that is not the profile's, a damaged one and one behind a link", async () => {
    const { sources, files } = await profileIn("file");
    writeFileSync(files.key, randomBytes(32).toString("hex"));
    expect(await codeOfAsync(() => obtainKey(sources))).toBe("STORE_KEY_WRONG");
    writeFileSync(files.key, "not a key");
    expect(await codeOfAsync(() => obtainKey(sources))).toBe("CUSTODY_FAILED");
    renameSync(files.key, `${files.key}.moved`);
    symlinkSync(`${files.key}.moved`, files.key);
    expect(await codeOfAsync(() => obtainKey(sources))).toBe("HOME_UNSAFE");
  });

  it("takes an external key from a command after it was in a file, as long as it is the same", async () => {
    const path = join(tempDirectory(), "key");
    writeFileSync(path, randomBytes(32).toString("hex"), { mode: 0o600 });
    const { sources, key } = await profileIn("key-file", { external: { keyFile: path, keyCommand: null } });
    expect(await obtainKey(sources)).toEqual(key);
    expect(await obtainKey({ ...sources, external: { keyFile: null, keyCommand: `cat '${path}'` } })).toEqual(key);
    const other = { keyFile: null, keyCommand: `printf '%064d' 1` };
    expect(await codeOfAsync(() => obtainKey({ ...sources, external: other }))).toBe("STORE_KEY_WRONG");
    expect(await codeOfAsync(() => obtainKey({ ...sources, external }))).toBe("STORE_KEY_MISSING");
  });

  it("ignores external values for a profile that keeps its key itself", async () => {
    const { sources, key } = await profileIn("file");
    expect(await obtainKey({ ...sources, external: { keyFile: "/nowhere", keyCommand: null } })).toEqual(key);
  });
});

describe("what a cut-short custody change left", () => {
  it("is removed once the right key is in hand, not before", async () => {
    const { sources, files, key } = await profileIn("passphrase");
    writeFileSync(files.key, key.toString("hex"), { mode: 0o600 });
    await codeOfAsync(() => obtainKey({ ...sources, passphrase: new Secret("wrong") }));
    expect(readFileSync(files.key, "utf8")).toBe(key.toString("hex"));
    await obtainKey(sources);
    expect(existsSync(files.key)).toBe(false);
  });
});
