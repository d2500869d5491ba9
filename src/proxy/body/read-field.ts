// Reads a declared body field in what is known of the body: the same scanner that later rewrites it, used to look only.
import type { BodyStart } from "../../core/exchange.ts";
import { KeywardError } from "../../core/errors.ts";
import type { FieldScanner, OnValue } from "./field-rewriter.ts";
import { type GivenFields, readText, type SlotReading } from "../inject/kind.ts";

/** Clients write their token near the beginning; what comes later is still replaced, but no longer decides. */
export const LOOK_AHEAD_BYTES = 64 * 1024;

interface FieldContext {
  readonly body: BodyStart | undefined;
  readonly expected: string | null;
  readonly given: GivenFields;
  /** For the message. */
  readonly what: string;
}

/** @throws REQUEST_MALFORMED when the field comes twice */
export function readField(makeScanner: (onValue: OnValue) => FieldScanner, context: FieldContext): SlotReading {
  const { body, expected, given, what } = context;
  if (body === undefined) return "empty";
  const values: (string | null)[] = [];
  const scanner = makeScanner((value) => {
    values.push(value);
    return null;
  });
  scanner.push(body.bytes);
  if (body.isWhole) scanner.end();
  if (values.length > 1) throw new KeywardError("REQUEST_MALFORMED", `${what} comes more than once`);
  const value = values[0];
  if (value === undefined) return body.isWhole ? "empty" : "later";
  return value === null ? "other" : readText(value, expected, given);
}
