// A credential value that cannot be printed by accident: JSON, string, inspect and errors all show "[secret]".
// In: the bytes once. Out: only through `reveal()`, which a test allows in proxy/inject, oauth, store and the export path.
import { timingSafeEqual } from "node:crypto";
import { inspect } from "node:util";

export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call it where it is written to its destination, keep it in no variable that outlives that. */
  reveal(): string {
    return this.#value;
  }

  get length(): number {
    return this.#value.length;
  }

  /** Constant-time comparison of equal-length values. */
  equals(other: Secret): boolean {
    const a = Buffer.from(this.#value);
    const b = Buffer.from(other.#value);
    return a.length === b.length && timingSafeEqual(a, b);
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}

/** The parts of one credential by field name: `{ key }`, `{ username, password }`, … */
export type SecretFields = Readonly<Record<string, Secret>>;
