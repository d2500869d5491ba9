import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
import { formsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { endsRun, noteRuns, RUN_BYTES } from "../../../../../src/proxy/scrub/find/runs.ts";
import { CHARACTER_SPELLINGS, makeKey } from "../spelled-keys.ts";

const spelled = (key: string, ways: readonly string[]): string =>
  Array.from(key, (character, at) => CHARACTER_SPELLINGS[ways[at] ?? "itself"]?.(character, character.charCodeAt(0)) ?? "").join("");
const way = fc.oneof({ weight: 6, arbitrary: fc.constant("itself") }, fc.constantFrom(...Object.keys(CHARACTER_SPELLINGS)));

describe("the table of runs", () => {
  it("knows every run in a match, written in any way", () => {
    const key = fc
      .array(fc.tuple(fc.constantFrom("0", "a", "A", "/", "%", ";"), fc.integer({ min: 1, max: 12 })), { minLength: 3, maxLength: 8 })
      .map((parts) => `sk-${parts.map(([character, count]) => character.repeat(count)).join("")}${"xyz".repeat(6)}`);
    fc.assert(
      fc.property(key, fc.array(way, { minLength: 130, maxLength: 130 }), (text, ways) => {
        const table = noteRuns(formsOf(text), 32);
        for (const written of [spelled(text, ways), Buffer.from(text).toString("base64"), Buffer.from(text).toString("hex")]) {
          const bytes = Buffer.from(written, "latin1").subarray(0, 32);
          // Whatever stands before the first whole character of base64 is no part of a match.
          for (let last = RUN_BYTES - 1; last < bytes.length; last += 1) {
            if (endsRun(bytes, last)) expect([written, table[bytes[last] as number]]).toEqual([written, 1]);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("has nothing in it for a key without runs, not even the zeros that pad an entity", () => {
    expect(noteRuns(formsOf(`sk-${"aZ3x9Q".repeat(6)}`), 32).some((one) => one === 1)).toBe(false);
    expect(noteRuns(formsOf(`sk-${"0".repeat(20)}`), 32)["0".charCodeAt(0)]).toBe(1);
  });

  it("lets a finder find a key wherever it stands in a run, of whatever byte and however long", () => {
    const keys = [makeKey(), `sk-${"d".repeat(30)}`, `${"0".repeat(20)}${makeKey()}`];
    for (const key of keys) {
      const finder = new KeyFinder(formsOf(key));
      for (const byte of new Set(["\0", " ", "0", "A", "d", "%", "&", ...key])) {
        for (let length = 0; length < 70; length += 1) {
          const bytes = Buffer.from(`${byte.repeat(length)}\n${key}\n${byte.repeat(70 - length)}`, "latin1");
          const found = finder.find(bytes, { from: 0, to: bytes.length }, true);
          expect([found.kind, found.from, found.to]).toEqual(["hit", length + 1, length + 1 + key.length]);
        }
      }
    }
  });

  it("lets a finder pass over a run of a byte of the key without looking at each of its bytes", () => {
    const key = `sk-dd${makeKey()}`;
    let asked = 0;
    const bytes = new Proxy(Buffer.alloc(3_200, "d"), {
      get: (target, name) => {
        asked += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
    expect(new KeyFinder(formsOf(key)).find(bytes, { from: 0, to: 3_200 }, true).kind).toBe("none");
    expect(asked).toBeLessThan(3_200);
  });
});
