// The SQLite file: encrypted whole, private, opened only with its key, and nobody else's file taken for one.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, expect, it } from "vitest";
import { openSqliteHub } from "../../../../src/hub/storage/open-sqlite.ts";

const directory = mkdtempSync(join(tmpdir(), "keyward-hub-file-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const key = randomBytes(32);
const path = join(directory, "hub.db");

it("is made private and encrypted, and opens again with its key alone", async () => {
  expect(() => openSqliteHub(path, key, false)).toThrow(expect.objectContaining({ code: "HUB_UNUSABLE", hint: "keyward hub init" }));
  const umask = process.umask(0);
  const made = openSqliteHub(path, key, true);
  process.umask(umask);
  await sql`CREATE TABLE plain_canary (x TEXT)`.execute(made);
  await made.destroy();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path).includes("canary")).toBe(false);
  expect(readFileSync(path).subarray(0, 6).toString("latin1")).not.toBe("SQLite");
  await openSqliteHub(path, key, false).destroy();
  const before = readFileSync(path);
  expect(() => openSqliteHub(path, randomBytes(32), false)).toThrow(expect.objectContaining({ code: "HUB_UNUSABLE" }));
  expect(readFileSync(path)).toEqual(before);
});

it.each([["nothing of ours"], [""], ["SQLite format 3\0".padEnd(8_192, "x")]])("takes %j for no hub", (text) => {
  const other = join(directory, "other.db");
  writeFileSync(other, text, { mode: 0o600 });
  expect(() => openSqliteHub(other, key, false)).toThrow(expect.objectContaining({ code: "HUB_UNUSABLE" }));
});

it("refuses a file that others may read", () => {
  const open = join(directory, "open.db");
  writeFileSync(open, "", { mode: 0o644 });
  expect(() => openSqliteHub(open, key, false)).toThrow(expect.objectContaining({ code: "HOME_UNSAFE" }));
});
