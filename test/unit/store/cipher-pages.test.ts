import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isAuthenticPage, PAGE_BYTES, pageMacKey, readStoreHeader, storeSalt } from "../../../src/store/cipher-pages.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "../../../src/store/migrations.ts";
import { tempProfile } from "./temp-profile.ts";

describe("the pages SQLite writes", () => {
  const read = (): { key: Buffer; file: Buffer; page: (number: number) => Buffer } => {
    const { files, key, store } = tempProfile();
    store.close();
    const file = readFileSync(files.database);
    return { key, file, page: (number) => file.subarray((number - 1) * PAGE_BYTES, number * PAGE_BYTES) };
  };

  it("begin with the salt that belongs to the key", () => {
    const { key, file } = read();
    expect(file.subarray(0, 16)).toEqual(storeSalt(key));
    expect(storeSalt(randomBytes(32))).not.toEqual(storeSalt(key));
  });

  it("are all authentic under the key, each at its own place only", () => {
    const { key, file, page } = read();
    const macKey = pageMacKey(key);
    for (let number = 1; number * PAGE_BYTES <= file.length; number++) expect(isAuthenticPage(page(number), number, macKey)).toBe(true);
    expect(isAuthenticPage(page(2), 3, macKey)).toBe(false);
    expect(isAuthenticPage(page(2), 2, pageMacKey(randomBytes(32)))).toBe(false);
    expect(isAuthenticPage(page(2).subarray(0, 100), 2, macKey)).toBe(false);
  });

  it("say in the first how many there are, whose they are and of which schema", () => {
    const { key, file, page } = read();
    expect(readStoreHeader(page(1), key)).toEqual({
      pageCount: file.length / PAGE_BYTES,
      userVersion: SCHEMA_VERSION,
      applicationId: APPLICATION_ID,
    });
  });
});
