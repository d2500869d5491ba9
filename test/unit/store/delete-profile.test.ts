import { existsSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createProfile } from "../../../src/store/create-profile.ts";
import { createKey } from "../../../src/store/custody/create-key.ts";
import { deleteProfile } from "../../../src/store/delete-profile.ts";
import { profileFiles } from "../../../src/store/profile-files.ts";
import { fakeKeychain } from "./custody/fake-keychain.ts";
import { codeOfAsync, contents, NAME, newConnection, tempDirectory, tempProfile } from "./temp-profile.ts";

const nowhere = { keyFile: null, keyCommand: null };

describe("deleting a profile", () => {
  it("removes its files, its copies and its audit, and no other profile's", async () => {
    const { directory, files } = tempProfile();
    createProfile({ directory, name: `${NAME}.db`, key: Buffer.alloc(32, 1) }).close();
    for (const path of [
      files.key,
      files.descriptor,
      files.audit,
      files.auditHead,
      `${files.database}.before-v2`,
      `${files.database}.before-restore`,
    ]) {
      writeFileSync(path, "x", { mode: 0o600 });
    }
    await deleteProfile(directory, NAME, false);
    expect(Object.keys(contents(directory))).toEqual([`${NAME}.db.db`]);
  });

  it("removes the keychain item", async () => {
    const directory = tempDirectory();
    const keychain = fakeKeychain();
    const { key } = await createKey({ directory, name: NAME, custody: "keychain", passphrase: null, external: nowhere, keychain });
    createProfile({ directory, name: NAME, key }).close();
    expect(keychain.items.size).toBe(1);
    await deleteProfile(directory, NAME, keychain);
    expect([keychain.items.size, contents(directory)]).toEqual([0, {}]);
  });

  it("leaves no file when the keychain refuses, and says so", async () => {
    const directory = tempDirectory();
    const keychain = fakeKeychain();
    const { key } = await createKey({ directory, name: NAME, custody: "keychain", passphrase: null, external: nowhere, keychain });
    createProfile({ directory, name: NAME, key }).close();
    expect(await codeOfAsync(() => deleteProfile(directory, NAME, false))).toBe("CUSTODY_FAILED");
    expect(contents(directory)).toEqual({});
  });

  it("clears the rest of a deletion that was cut short, and lets the name be used again", async () => {
    const { directory, files, store } = tempProfile();
    store.connections.put(newConnection());
    store.close();
    writeFileSync(files.descriptor, "damaged", { mode: 0o600 });
    await deleteProfile(directory, NAME, false);
    expect(existsSync(profileFiles(directory, NAME).descriptor)).toBe(false);
    createProfile({ directory, name: NAME, key: Buffer.alloc(32, 2) }).close();
  });

  it("knows no profile that is not there", async () => {
    expect(await codeOfAsync(() => deleteProfile(tempDirectory(), NAME))).toBe("PROFILE_UNKNOWN");
    expect(await codeOfAsync(() => deleteProfile("/nowhere/at/all", NAME))).toBe("PROFILE_UNKNOWN");
  });
});
