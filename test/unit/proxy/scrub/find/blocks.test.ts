import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomText } from "../../../../../src/core/ids.ts";
import { mayHold, noteBlocks } from "../../../../../src/proxy/scrub/find/blocks.ts";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
import { sentFormsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";

const keys = Array.from({ length: 20 }, (_, at) => `sk-${"x".repeat(at % 3)}${randomText(20 + at)}+/`);
const forms = keys.flatMap(sentFormsOf);

describe("the table of blocks", () => {
  it("knows every four bytes of a match, percent-encoded in any part", () => {
    const table = noteBlocks(forms, 32);
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.array(fc.boolean(), { minLength: 50, maxLength: 50 }), (key, isEncoded) => {
        const written = Buffer.from(
          Array.from(key, (letter, at) => (isEncoded[at] === true ? `%${letter.charCodeAt(0).toString(16)}` : letter)).join(""),
        );
        for (let at = 0; at + 4 <= Math.min(32, written.length); at += 1) expect(mayHold(table, written, at)).toBe(true);
      }),
    );
  });

  it("is nearly empty, so that most of a text is skipped", () => {
    const table = noteBlocks(forms, 32);
    expect(table.reduce((sum, one) => sum + one, 0)).toBeLessThan(table.length / 20);
  });

  it("lets a finder find what it finds without, wherever it stands", () => {
    const [plain, quick] = [new KeyFinder(forms), new KeyFinder(forms, true)];
    const noise = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.base64String({ maxLength: 80 }),
      fc.constantFrom(...keys).map((key) => key.slice(0, 12)),
    );
    const written = fc
      .constantFrom(...keys)
      .chain((key) => fc.constantFrom(key, Buffer.from(`a${key}`).toString("base64"), encodeURIComponent(key)));
    fc.assert(
      fc.property(noise, written, noise, fc.boolean(), (before, key, behind, isEnd) => {
        const bytes = Buffer.from(before + key + behind);
        const range = { from: 0, to: bytes.length };
        expect({ ...quick.find(bytes, range, isEnd) }).toEqual({ ...plain.find(bytes, range, isEnd) });
        expect(quick.found.kind).not.toBe("none");
      }),
      { numRuns: 3_000 },
    );
  });
});
