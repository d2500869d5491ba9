import { randomBytes } from "node:crypto";
import { closeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configureDatabase, isSound, openDatabase, type StoreDatabase } from "../../../src/store/database.ts";
import { createPrivateFile } from "../../../src/store/private-files.ts";
import { codeOf, contents, tempDirectory } from "./temp-profile.ts";

function fresh(): { path: string; key: Buffer; db: StoreDatabase } {
  const path = join(tempDirectory(), "a.db");
  closeSync(createPrivateFile(path));
  const key = randomBytes(32);
  return { path, key, db: openDatabase(path, key) };
}

describe("a database connection", () => {
  it("writes through to the disk on every commit, also after it was opened again", () => {
    const { path, key, db } = fresh();
    configureDatabase(db);
    db.exec("CREATE TABLE t (a)");
    db.close();
    const again = openDatabase(path, key);
    // This is what the setting is for: left alone, the library opens a WAL database with 1.
    again.pragma("journal_mode = WAL");
    expect(again.pragma("synchronous", { simple: true })).toBe(1);
    configureDatabase(again);
    expect(again.pragma("synchronous", { simple: true })).toBe(2);
    again.close();
  });

  it("keeps foreign keys, overwrites what it deletes and keeps temporary data in memory", () => {
    const { db } = fresh();
    configureDatabase(db);
    const settings = ["journal_mode", "foreign_keys", "secure_delete", "temp_store"].map((name) => db.pragma(name, { simple: true }));
    expect(settings).toEqual(["wal", 1, 1, 2]);
    db.close();
  });

  it("refuses to go on when a commit would not reach the disk", () => {
    const { db } = fresh();
    const lowered = new Proxy(db, {
      get: (target, name) =>
        name === "pragma" ? (text: string) => (text === "synchronous" ? 1 : target.pragma(text, { simple: true })) : undefined,
    });
    expect(codeOf(() => configureDatabase(lowered))).toBe("STORE_UNUSABLE");
    db.close();
  });

  it("is never made of a file that is not there", () => {
    const directory = tempDirectory();
    expect(codeOf(() => openDatabase(join(directory, "a.db"), randomBytes(32)))).toBe("SQLITE_CANTOPEN");
    expect(contents(directory)).toEqual({});
  });

  it("changes nothing when opened for reading", () => {
    const { path, key, db } = fresh();
    db.exec("CREATE TABLE t (a)");
    db.close();
    const reader = openDatabase(path, key, true);
    expect(isSound(reader)).toBe(true);
    expect(codeOf(() => reader.exec("CREATE TABLE u (a)"))).toBe("SQLITE_READONLY");
    reader.close();
  });
});
