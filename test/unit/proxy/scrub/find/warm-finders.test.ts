import { describe, expect, it, vi } from "vitest";
import type { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
import { type KeyForm, formsOf, sentFormsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { warmFinders } from "../../../../../src/proxy/scrub/find/warm-finders.ts";
import { makeKey } from "../spelled-keys.ts";

const warmed = vi.hoisted(() => [] as KeyForm[]);
vi.mock("../../../../../src/proxy/scrub/find/key-finder.ts", async (load) => {
  const real = await load<{ KeyFinder: typeof KeyFinder }>();
  class Noted extends real.KeyFinder {
    constructor(forms: readonly KeyForm[], looksAtBlocks?: boolean) {
      super(forms, looksAtBlocks);
      warmed.push(...forms);
    }
  }
  return { ...real, KeyFinder: Noted };
});

describe("warming up", () => {
  it("works every spelling out that the forms of any key are made of", () => {
    warmFinders();
    const known = new Set(warmed.flat());
    const needed = [...formsOf(makeKey()), ...sentFormsOf(makeKey())].flat();
    expect(needed.filter((spelling) => !known.has(spelling))).toEqual([]);
  });
});
