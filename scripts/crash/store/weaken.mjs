// Shows that the power cuts can find something: makes the store believe that it writes durably while SQLite is told not to.
// In: a value of `PRAGMA synchronous`, or nothing. Only the worker that is to lose rows calls it with one.
import Database from "better-sqlite3-multiple-ciphers";

export function weaken(synchronous) {
  if (synchronous === undefined) return;
  const pragma = Database.prototype.pragma.call.bind(Database.prototype.pragma);
  Database.prototype.pragma = function weakened(source, options) {
    if (source === "synchronous = FULL") return pragma(this, `synchronous = ${synchronous}`);
    return source === "synchronous" ? 2 : pragma(this, source, options);
  };
}
