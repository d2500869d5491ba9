import { describe, expect, it } from "vitest";
import { formsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { warmFinders } from "../../../../../src/proxy/scrub/find/warm-finders.ts";

describe("warming up", () => {
  it("works every spelling out once: forms of a key made afterwards share them", () => {
    warmFinders();
    const [first] = formsOf("aB3-aB3-aB3-");
    const [second] = formsOf("xxxxxxxxaB3-");
    expect(second?.at(-1)).toBe(first?.at(-1));
    expect(second?.at(-4)).toBe(first?.[0]);
  });
});
