// Shows that the power cuts can find something: makes the store believe that it writes durably while SQLite is told not to.
// In: a value of `PRAGMA synchronous`, or nothing. Only the worker that is to lose rows calls it with one.
import Database from "better-sqlite3-multiple-ciphers";

export function weaken(synchronous) {
  if (synchronous === undefined) return;
  const original = Object.getOwnPropertyDescriptor(Database.prototype, "pragma").value;
  Database.prototype.pragma = function weakened(source, options) {
    if (source === "synchronous = FULL") return Reflect.apply(original, this, [`synchronous = ${synchronous}`]);
    return source === "synchronous" ? 2 : Reflect.apply(original, this, [source, options]);
  };
}
