import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkHeader, hasWalFrames, inspectStoreFile } from "../../../src/store/inspect-store-file.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "../../../src/store/migrations.ts";
import { codeOf, newConnection, tempProfile } from "./temp-profile.ts";

describe("inspecting a database file", () => {
  it("finds nothing wrong with a good one", () => {
    const { files, key, store } = tempProfile();
    store.close();
    expect(codeOf(() => inspectStoreFile(files, { key, isKeyConfirmed: false }))).toBe("nothing");
  });

  it("blames the key for an unknown beginning unless the key is known to be right", () => {
    const { files, key, store } = tempProfile();
    store.close();
    writeFileSync(files.database, randomBytes(8_192));
    expect(codeOf(() => inspectStoreFile(files, { key, isKeyConfirmed: false }))).toBe("STORE_KEY_WRONG");
    expect(codeOf(() => inspectStoreFile(files, { key, isKeyConfirmed: true }))).toBe("STORE_FOREIGN");
  });

  it("recognises its own file by any page that is left of it", () => {
    const { files, key, store } = tempProfile();
    store.close();
    const file = readFileSync(files.database);
    randomBytes(4_096).copy(file);
    writeFileSync(files.database, file);
    expect(codeOf(() => inspectStoreFile(files, { key, isKeyConfirmed: false }))).toBe("STORE_CORRUPT");
  });

  it("recognises a file cut off inside its salt", () => {
    const { files, key, store } = tempProfile();
    store.close();
    writeFileSync(files.database, readFileSync(files.database).subarray(0, 9));
    expect(codeOf(() => inspectStoreFile(files, { key, isKeyConfirmed: false }))).toBe("STORE_TRUNCATED");
  });

  it("accepts a page that was never written, as SQLite leaves one it allocated and freed", () => {
    const { files, key, store } = tempProfile();
    store.close();
    writeFileSync(files.database, Buffer.alloc(4_096), { flag: "a" });
    expect(codeOf(() => inspectStoreFile(files, { key, isKeyConfirmed: false }))).toBe("nothing");
  });

  it("leaves the pages to SQLite while the log holds newer ones", () => {
    const { files, key, store } = tempProfile();
    expect(hasWalFrames(files)).toBe(false);
    store.connections.put(newConnection());
    expect(hasWalFrames(files)).toBe(true);
    const file = readFileSync(files.database);
    file.fill(1, 5_000, 5_100);
    writeFileSync(files.database, file);
    expect(codeOf(() => inspectStoreFile(files, { key, isKeyConfirmed: false }))).toBe("nothing");
  });
});

describe("the header of a store", () => {
  it.each([
    ["nothing", APPLICATION_ID, SCHEMA_VERSION],
    ["STORE_FOREIGN", 0, SCHEMA_VERSION],
    ["STORE_FOREIGN", APPLICATION_ID, 0],
    ["STORE_NEWER", APPLICATION_ID, SCHEMA_VERSION + 1],
  ])("gives %s for application id %i and version %i", (code, applicationId, userVersion) => {
    expect(codeOf(() => checkHeader("a.db", { applicationId, userVersion }))).toBe(code);
  });
});
