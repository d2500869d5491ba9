import Database from "better-sqlite3-multiple-ciphers";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../../src/core/clock.ts";
import { type Access, inTransaction, withStore } from "../../../../src/store/records/access.ts";
import { codeOf } from "../temp-profile.ts";

function access(): Access {
  const db = new Database(":memory:");
  db.exec("CREATE TABLE t (a INTEGER NOT NULL)");
  return { db, profile: "work", path: "/d/work.db", clock: systemClock };
}

describe("using the store", () => {
  it("translates SQLite's failures", () => {
    const opened = access();
    opened.db.pragma("max_page_count = 3");
    const insert = opened.db.prepare("INSERT INTO t VALUES (zeroblob(100000))");
    expect(codeOf(() => withStore(opened, () => insert.run()))).toBe("STORE_FULL");
  });

  it("is over once it is closed", () => {
    const opened = access();
    opened.db.close();
    expect(codeOf(() => withStore(opened, () => 1))).toBe("PROFILE_LOCKED");
    expect(codeOf(() => inTransaction(opened, () => 1))).toBe("PROFILE_LOCKED");
  });

  it("in a transaction does all or nothing", () => {
    const opened = access();
    const count = (): unknown => opened.db.prepare("SELECT count(*) FROM t").pluck().get();
    expect(inTransaction(opened, () => opened.db.exec("INSERT INTO t VALUES (1)") && 7)).toBe(7);
    const failing = (): unknown => inTransaction(opened, () => opened.db.exec("INSERT INTO t VALUES (2); INSERT INTO t VALUES (NULL)"));
    expect(codeOf(failing)).toBe("INTERNAL");
    expect([count(), opened.db.inTransaction]).toEqual([1, false]);
  });
});
