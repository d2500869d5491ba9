// Runs a body through something that rewrites it, cut in two at every place and in single bytes: the outcome must never differ.
import { expect } from "vitest";

interface Rewriting {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

export function rewriteAtOnce(make: () => Rewriting, body: string): string {
  const rewriting = make();
  return Buffer.concat([rewriting.push(Buffer.from(body)), rewriting.end()]).toString();
}

export function expectForEverySplit(make: () => Rewriting, body: string, expected: string): void {
  const bytes = Buffer.from(body);
  for (let at = 0; at <= bytes.length; at += 1) {
    const rewriting = make();
    const out = [rewriting.push(bytes.subarray(0, at)), rewriting.push(bytes.subarray(at)), rewriting.end()];
    expect(Buffer.concat(out).toString(), `cut at ${at}`).toBe(expected);
  }
  const single = make();
  expect(Buffer.concat([...[...bytes].map((byte) => single.push(Buffer.from([byte]))), single.end()]).toString()).toBe(expected);
}
