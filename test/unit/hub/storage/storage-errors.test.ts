import { expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { isDuplicate, isRepeatable, toStorageError } from "../../../../src/hub/storage/storage-errors.ts";

const failing = (code: string | undefined, message = "canary"): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

it.each(["40001", "40P01", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT"])("does again what failed with %s", (code) => {
  expect(isRepeatable(failing(code))).toBe(true);
});

it.each([
  "57P01",
  "57P03",
  "08006",
  "53300",
  "53100",
  "25006",
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "57014",
  "SQLITE_FULL",
  "SQLITE_IOERR_WRITE",
])("calls the database away for %s, and passes on nothing of the driver's words", (code) => {
  const error = toStorageError(failing(code)) as KeywardError;
  expect([error.code, error.httpStatus]).toEqual(["HUB_DATABASE", 503]);
  expect([error.message, JSON.stringify(error.cause ?? "")].join()).not.toContain("canary");
});

it.each([
  "Connection terminated unexpectedly",
  "timeout exceeded when trying to connect",
  "Query read timeout",
  "Cannot use a pool after calling end on the pool",
])("calls the database away when the driver says %j without a code", (message) => {
  expect(toStorageError(failing(undefined, message))).toMatchObject({ code: "HUB_DATABASE" });
});

it("lets a bug be a bug, and an error of the table what it is", () => {
  const bug = failing("42P01");
  const known = new KeywardError("HUB_CONFLICT", "x");
  expect(toStorageError(bug)).toBe(bug);
  expect(toStorageError(known)).toBe(known);
  expect([isDuplicate(failing("23505")), isDuplicate(failing("SQLITE_CONSTRAINT_UNIQUE")), isDuplicate(bug)]).toEqual([true, true, false]);
});
