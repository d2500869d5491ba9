import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makePlaceholder } from "../../../src/connections/placeholder.ts";
import { KEY_ALPHABETS } from "../../../src/core/shapes/key-shape.ts";
import { bundledProvidersDirectory, loadProviders } from "../../../src/providers/catalogue.ts";
import type { ProviderField } from "../../../src/providers/schema.ts";

function field(changes: Partial<ProviderField> = {}): ProviderField {
  return { name: "key", label: "API key", secret: true, optional: false, patternCheck: "refuse", env: ["ACME_API_KEY"], ...changes };
}

const fields = fc
  .record({
    prefix: fc.constantFrom("", "sk-", "xoxb-", "github_pat_"),
    length: fc.integer({ min: 30, max: 150 }),
    alphabet: fc.constantFrom(...(Object.keys(KEY_ALPHABETS) as (keyof typeof KEY_ALPHABETS)[])),
  })
  .map((shape) => field({ placeholder: { ...shape, separators: [] } }));

describe("makePlaceholder", () => {
  it("follows the declared shape, is long enough and never part of another one", () => {
    fc.assert(
      fc.property(fields, fc.integer({ min: 1, max: 8 }), (declared, count) => {
        const taken: string[] = [];
        for (let i = 0; i < count; i += 1) {
          const text = makePlaceholder(declared, taken);
          expect(text).toHaveLength(declared.placeholder?.length ?? 0);
          expect(text.startsWith(declared.placeholder?.prefix ?? "")).toBe(true);
          expect(text.length).toBeGreaterThanOrEqual(16);
          expect(taken.some((other) => text.includes(other) || other.includes(text))).toBe(false);
          taken.push(text);
        }
      }),
    );
  });

  it("is as long as the key when it is to be, as far as its shape allows", () => {
    const shape = { prefix: "xoxb-", length: 30, alphabet: "base62", separators: [{ at: 17, text: "-" }] } as const;
    const declared = field({ placeholder: { ...shape, separators: [...shape.separators] }, pattern: "^xoxb-[A-Za-z0-9-]{10,60}$" });
    expect(makePlaceholder(declared, [], 44)).toMatch(/^xoxb-.{12}-.{26}$/);
    expect(makePlaceholder(declared, [])).toHaveLength(30);
    // Too little of it random, more than the pattern allows, longer than any.
    for (const length of [17, 300, 5000]) expect(makePlaceholder(declared, [], length)).toHaveLength(30);
    expect(makePlaceholder(field(), [], 64)).toHaveLength(64);
  });

  it("tries again until the text is apart from those that are taken", () => {
    // Of sixteen random digits none is a 7 in about one text of five.
    const declared = field({ placeholder: { prefix: "", length: 16, alphabet: "digits", separators: [] } });
    for (let i = 0; i < 50; i += 1) expect(makePlaceholder(declared, ["7"])).not.toContain("7");
  });

  it("gives up with a clear error when every text would hold another placeholder", () => {
    const declared = field({ placeholder: { prefix: "sk-", length: 30, alphabet: "hex", separators: [] } });
    expect(() => makePlaceholder(declared, ["sk-"])).toThrow(expect.objectContaining({ code: "PROVIDER_INVALID" }));
  });

  it("without a shape makes forty letters and digits", () => {
    expect(makePlaceholder(field(), [])).toMatch(/^[A-Za-z0-9]{40}$/);
  });

  it.each([
    "^sk-[A-Za-z0-9]{20,}$",
    "^[0-9a-f]{32}$",
    "^[A-Za-z0-9]{40}$",
    "^gsk_[A-Za-z0-9]{52}$",
    "^[0-9]{20}$",
    "^[0-9A-Z]{24}$",
    "^(?:ab|cd)?[a-z0-9]{30,60}$",
    "^x?[0-9a-f]{64}$",
  ])("without a shape passes the pattern %s", (pattern) => {
    expect(makePlaceholder(field({ pattern }), [])).toMatch(new RegExp(pattern));
  });

  it("says that a shape is missing when none can be derived", () => {
    expect(() => makePlaceholder(field({ pattern: "^a:b/c=[0-9]{3}$" }), [])).toThrow(/no placeholder can be made for the field 'key'/);
  });
});

describe("the placeholders of all bundled definitions", () => {
  const catalogue = loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: "/nowhere" }).list();
  const secrets = catalogue.flatMap(({ id, fields: all }) => all.filter(({ secret }) => secret).map((own) => ({ id, own })));
  const base62 = KEY_ALPHABETS.base62;

  it("pass their patterns and their checksums, and none is part of another", () => {
    fc.assert(
      fc.property(fc.option(fc.integer({ min: 10, max: 500 }), { nil: undefined }), (keyLength) => {
        const taken: string[] = [];
        for (const { id, own } of secrets) {
          const text = makePlaceholder(own, taken, keyLength);
          expect([id, own.pattern === undefined || new RegExp(own.pattern).test(text)]).toEqual([id, true]);
          // A key that is itself shorter than 16 has a stand-in of its own length.
          expect([id, /^[\x21-\x7e]{12,}$/.test(text), text.length >= Math.min(16, keyLength ?? 16)]).toEqual([id, true, true]);
          if (own.placeholder?.checksum === "github-crc32") expect(checksumOf(text.slice(0, -6))).toBe(text.slice(-6));
          if (own.placeholder?.form === "jwt") expect(payloadOf(text)).toMatchObject({ iss: "keyward" });
          taken.push(text);
        }
        const all = taken.join("\n");
        expect(taken.filter((text) => all.indexOf(text) !== all.lastIndexOf(text))).toEqual([]);
      }),
      { numRuns: 5 },
    );
  }, 60_000);

  it("are tokens that can be taken apart wherever the key is one", () => {
    const tokens = secrets.filter(({ own }) => /^\^(?:\(\?:)?eyJ\[A-Za-z0-9_-\]\+\\\./.test(own.pattern ?? ""));
    expect(tokens.length).toBeGreaterThan(6);
    expect(tokens.filter(({ own }) => own.placeholder?.form !== "jwt").map(({ id }) => id)).toEqual([]);
  });

  it("of GitHub have the checksum that its clients compute", () => {
    const github = secrets.find(({ id }) => id === "github");
    expect(github?.own.placeholder?.checksum).toBe("github-crc32");
  });

  /** Written from GitHub's description with zlib's CRC, apart from the code under test. */
  function checksumOf(token: string): string {
    let [value, text] = [crc32(token.slice(token.indexOf("_") + 1)), ""];
    for (let at = 0; at < 6; at++) [text, value] = [base62.charAt(value % 62) + text, Math.floor(value / 62)];
    return text;
  }

  function payloadOf(token: string): unknown {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  }
});
