import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../src/core/errors.ts";
import {
  corruptStore,
  foreignStore,
  guarded,
  newerStore,
  storeError,
  wrongKey,
  emptyStore,
  truncatedStore,
} from "../../../src/store/store-errors.ts";

const withCode = (code: string): Error => Object.assign(new Error("a text that may hold anything"), { code });

describe("what SQLite and the system say", () => {
  it.each([
    ["SQLITE_FULL", "STORE_FULL"],
    ["ENOSPC", "STORE_FULL"],
    ["EDQUOT", "STORE_FULL"],
    ["SQLITE_CORRUPT", "STORE_CORRUPT"],
    ["SQLITE_CORRUPT_VTAB", "STORE_CORRUPT"],
    ["SQLITE_NOTADB", "STORE_CORRUPT"],
    ["SQLITE_IOERR_FSYNC", "STORE_UNUSABLE"],
    ["SQLITE_READONLY_DBMOVED", "STORE_UNUSABLE"],
    ["SQLITE_CANTOPEN", "STORE_UNUSABLE"],
    ["SQLITE_BUSY_RECOVERY", "STORE_UNUSABLE"],
    ["EROFS", "STORE_UNUSABLE"],
    ["EACCES", "STORE_UNUSABLE"],
    ["SQLITE_CONSTRAINT_UNIQUE", "INTERNAL"],
    ["ERR_INVALID_ARG_TYPE", "INTERNAL"],
  ])("as %s becomes %s without its text", (code, expected) => {
    const error = storeError("/d/work.db", withCode(code));
    expect(error.code).toBe(expected);
    expect(error.message).not.toContain("anything");
    expect(error.message).toMatch(/^[^\n]+[^.\n]$/);
  });

  it("passes through what is named already", () => {
    const named = new KeywardError("PROFILE_LOCKED", "locked");
    expect(storeError("/d/work.db", named)).toBe(named);
  });

  it("has a hint wherever a user can do something", () => {
    for (const error of [
      corruptStore("/d/a.db"),
      emptyStore("/d/a.db"),
      truncatedStore("/d/a.db"),
      foreignStore("/d/a.db"),
      newerStore("/d/a.db"),
      wrongKey("/d/a.db"),
    ]) {
      expect(error.hint).toBeTruthy();
    }
  });
});

describe("guarded work", () => {
  it("gives its result, translates failures and leaves bugs alone", () => {
    expect(guarded("/d/a.db", () => 7)).toBe(7);
    expect(() =>
      guarded("/d/a.db", () => {
        throw withCode("SQLITE_FULL");
      }),
    ).toThrow(KeywardError);
    expect(() =>
      guarded("/d/a.db", () => {
        throw new TypeError("a bug");
      }),
    ).toThrow(TypeError);
  });
});
