import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { githubChecksum, KEY_ALPHABETS, type KeyShape, makeKeyShaped, randomLength } from "../../../../src/core/shapes/key-shape.ts";

const shapes = fc
  .record({
    prefix: fc.constantFrom("", "sk-", "key_live_"),
    length: fc.integer({ min: 30, max: 120 }),
    alphabet: fc.constantFrom(...(Object.keys(KEY_ALPHABETS) as KeyShape["alphabet"][])),
    checksum: fc.constantFrom("github-crc32" as const, undefined),
  })
  .map((shape): KeyShape => ({ ...shape, separators: [] }));

describe("text in the shape of a key", () => {
  it("has the prefix, the length and the alphabet", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const text = makeKeyShaped(shape);
        expect(text).toHaveLength(shape.length);
        expect(text.startsWith(shape.prefix)).toBe(true);
        const random = text.slice(shape.prefix.length, shape.checksum === undefined ? undefined : -6);
        expect(random).toHaveLength(randomLength(shape));
        expect(Array.from(random).every((character) => KEY_ALPHABETS[shape.alphabet].includes(character))).toBe(true);
      }),
    );
  });

  it("is another one every time", () => {
    const shape: KeyShape = { prefix: "", length: 30, alphabet: "digits", separators: [] };
    expect(new Set(Array.from({ length: 200 }, () => makeKeyShaped(shape))).size).toBe(200);
  });

  it("puts separators at their offsets and keeps the length", () => {
    const separators = [8, 13, 18, 23].map((at) => ({ at, text: "-" }));
    const shape: KeyShape = { prefix: "", length: 36, alphabet: "hex", separators };
    expect(makeKeyShaped(shape)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect(randomLength(shape)).toBe(32);
  });

  it("ends with GitHub's checksum: the CRC-32 of the random part in base62, padded to six", () => {
    const text = makeKeyShaped({ prefix: "ghp_", length: 40, alphabet: "base62", separators: [], checksum: "github-crc32" });
    expect(text.slice(-6)).toBe(githubChecksum(text.slice(4, -6)));
    expect(text.slice(4, -6)).toHaveLength(30);
  });

  it("computes the checksum as zlib does, leading zeros included", () => {
    const digits = KEY_ALPHABETS.base62;
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), (text) => {
        const value = Array.from(githubChecksum(text)).reduce((sum, character) => sum * 62 + digits.indexOf(character), 0);
        expect(value).toBe(crc32(Buffer.from(text)));
      }),
    );
    expect(githubChecksum("")).toBe("000000");
  });

  it("of a JSON Web Token can be taken apart, has not expired and has its length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 170, max: 400 }), (length) => {
        const shape: KeyShape = { prefix: "", length, alphabet: "base62", separators: [], form: "jwt" };
        const text = makeKeyShaped(shape);
        expect(text).toHaveLength(length);
        const [header = "", payload = "", signature = "", ...more] = text.split(".");
        const parse = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, "base64url").toString()) as never;
        expect([parse(header), more]).toEqual([{ alg: "HS256", typ: "JWT" }, []]);
        const { exp, jti, ...rest } = parse(payload);
        expect(rest).toEqual({ iss: "keyward" });
        expect(Number(exp) * 1000).toBeGreaterThan(Date.now());
        expect(String(jti).length).toBeGreaterThanOrEqual(randomLength(shape));
        expect(randomLength(shape)).toBeGreaterThanOrEqual(12);
        // What a strict decoder checks: no bits left over.
        for (const part of [header, payload]) expect(Buffer.from(part, "base64url").toString("base64url")).toBe(part);
        expect(signature).toMatch(/^[\w-]{43,44}$/);
      }),
    );
  });
});
