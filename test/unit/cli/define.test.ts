import { describe, expect, it } from "vitest";
import { define } from "../../../src/cli/define.ts";

describe("define", () => {
  it("keeps a command as the data it is", () => {
    const spec = {
      name: "x",
      summary: "do x",
      examples: [
        { command: "keyward x", does: "x" },
        { command: "keyward x --json", does: "x" },
      ],
      run: async () => 3,
    } as const;
    expect(define(spec)).toBe(spec);
  });
});
