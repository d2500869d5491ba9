// Replaces the value of one declared body field when it is exactly the placeholder. The scanner finds the field, this decides.
// In: a scanner of the body's syntax, the expected text, the real one encoded for that syntax. Out: a BodyRewriter.
import type { BodyRewriter } from "./body-rewriter.ts";

/** Follows a body and hands over each value of one field; gives back the bytes that may leave. */
export interface FieldScanner {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

/** `value` is null when it is longer than anything expected; `raw` is how it stands in the body. Out: what goes in its place. */
export type OnValue = (value: string | null, raw: Buffer) => Buffer | null;

export interface FieldRewriterOptions {
  readonly expected: string;
  readonly encode: (text: string) => string;
  /** The real text; encoded here. */
  readonly real: string;
}

export function fieldRewriter(makeScanner: (onValue: OnValue) => FieldScanner, options: FieldRewriterOptions): BodyRewriter {
  const real = Buffer.from(options.encode(options.real));
  let keepsLength = real.length === Buffer.byteLength(options.encode(options.expected));
  let isLocked = false;
  const scanner = makeScanner((value, raw) => {
    if (value !== options.expected) return null;
    if (raw.length === real.length) return real;
    if (isLocked) return null;
    keepsLength = false;
    return real;
  });
  return {
    push: (chunk) => scanner.push(chunk),
    end: () => scanner.end(),
    get keepsLength() {
      return keepsLength;
    },
    lockLength: () => void (isLocked = true),
  };
}
