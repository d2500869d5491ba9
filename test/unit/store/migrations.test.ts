import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openDatabase, type StoreDatabase } from "../../../src/store/database.ts";
import { backUpBeforeMigration, migrate, MIGRATIONS, SCHEMA_VERSION } from "../../../src/store/migrations.ts";
import { openProfile } from "../../../src/store/open-profile.ts";
import { codeOf, modeOf, newConnection, tempProfile, type TempProfile } from "./temp-profile.ts";

const NEXT = SCHEMA_VERSION + 1;

function opened(): TempProfile & { db: StoreDatabase } {
  const profile = tempProfile();
  profile.store.connections.put(newConnection());
  profile.store.close();
  return { ...profile, db: openDatabase(profile.files.database, profile.key) };
}

const versionOf = (db: StoreDatabase): unknown => db.pragma("user_version", { simple: true });

describe("migrations", () => {
  it("are numbered from 1 without a gap", () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, at) => at + 1));
  });

  it("make only strict tables", () => {
    const { db } = opened();
    const tables = db
      .prepare<[], { name: string; strict: number }>("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
      .all();
    const own = tables.filter(({ name }) => !name.startsWith("sqlite_"));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter(({ strict }) => strict !== 1)).toEqual([]);
    db.close();
  });

  it("apply what is due, once, and say where they began", () => {
    const { db } = opened();
    const steps = [...MIGRATIONS, { version: NEXT, sql: "CREATE TABLE extra (a TEXT) STRICT" }];
    expect(migrate(db, steps)).toBe(SCHEMA_VERSION);
    expect(versionOf(db)).toBe(NEXT);
    expect(migrate(db, steps)).toBe(NEXT);
    db.close();
  });

  it("leave the old version whole when a later step fails", () => {
    const { db } = opened();
    const steps = [...MIGRATIONS, { version: NEXT, sql: "DROP TABLE fact" }, { version: NEXT + 1, sql: "DROP TABLE not_there" }];
    expect(codeOf(() => migrate(db, steps))).toBe("SQLITE_ERROR");
    expect(versionOf(db)).toBe(SCHEMA_VERSION);
    expect(db.prepare("SELECT count(*) FROM fact").pluck().get()).toBe(0);
    db.close();
  });

  it("keep a copy of the file as it was, that opens with the same key", () => {
    const { db, files, key, directory } = opened();
    backUpBeforeMigration(db, files, NEXT);
    backUpBeforeMigration(db, files, NEXT); // a second try after a crash
    db.close();
    const copy = `${files.database}.before-v${NEXT}`;
    expect(readFileSync(copy)).toEqual(readFileSync(files.database));
    expect(modeOf(copy)).toBe("600");
    const reader = openDatabase(copy, key, true);
    expect(reader.prepare("SELECT count(*) FROM connection").pluck().get()).toBe(1);
    reader.close();
    openProfile({ directory, name: files.name, key }).close();
    expect(codeOf(() => openProfile({ directory, name: files.name, key: randomBytes(32) }))).toBe("STORE_KEY_WRONG");
  });
});
