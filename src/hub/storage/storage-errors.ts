// What a failing database means: again, away, or a bug.
// In: whatever the driver threw. Out: an error of the table. Never the statement, its parameters or the URL.
import { KeywardError, systemCode } from "../../core/errors.ts";

/** Serialization failure and deadlock: the transaction did not happen (SQLSTATE class 40). */
const REPEATABLE = new Set(["40001", "40P01", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT"]);

/** SQLSTATE classes and system codes of a database that is away, starting, stopping, full or out of connections. */
const AWAY =
  /^(?:08...|53...|57P0.|57014|25006|ECONN\w+|EPIPE|ETIMEDOUT|ENOENT|ENOTFOUND|EHOSTUNREACH|SQLITE_FULL|SQLITE_IOERR\w*|SQLITE_READONLY)$/;

/** The driver gives these no code. */
const AWAY_MESSAGES = /timeout|terminated|Connection ended|not queryable|after calling end/i;

export function isRepeatable(error: unknown): boolean {
  return REPEATABLE.has(systemCode(error) ?? "");
}

/** A unique key is taken: the caller's conflict to name. */
export function isDuplicate(error: unknown): boolean {
  const code = systemCode(error) ?? "";
  return code === "23505" || code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY";
}

export function toStorageError(error: unknown): unknown {
  if (error instanceof KeywardError) return error;
  const code = systemCode(error);
  const isAway = code === undefined ? error instanceof Error && AWAY_MESSAGES.test(error.message) : AWAY.test(code) || isRepeatable(error);
  if (!isAway) return error;
  // Without its cause: a driver's error can carry parameters.
  return new KeywardError("HUB_DATABASE", `the hub's database does not answer (${code ?? "timeout"})`, { hint: "try again in a moment" });
}
