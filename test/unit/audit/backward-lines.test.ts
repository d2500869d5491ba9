import { closeSync, openSync, writeFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backwardLines } from "../../../src/audit/backward-lines.ts";
import { tempPath } from "./temp-audit.ts";

function linesOf(content: string): { text: string; isEnded: boolean }[] {
  const path = tempPath();
  writeFileSync(path, content, "latin1");
  const fd = openSync(path, "r");
  try {
    return [...backwardLines(fd, content.length)].map(({ bytes, isEnded }) => ({ text: bytes.toString("latin1"), isEnded }));
  } finally {
    closeSync(fd);
  }
}

/** The plain way. */
function expected(content: string): { text: string; isEnded: boolean }[] {
  const parts = content.split("\n");
  const last = parts.pop() ?? "";
  const ended = parts.map((text) => ({ text, isEnded: true }));
  return [...ended, ...(last === "" ? [] : [{ text: last, isEnded: false }])].reverse();
}

describe("lines from the end", () => {
  it.each(["", "\n", "a", "a\n", "\na", "a\nb", "a\n\nb\n", "\n\n"])("of %j are the lines", (content) => {
    expect(linesOf(content)).toEqual(expected(content));
  });

  it("are whole across blocks, wherever the line feeds fall", () => {
    for (const length of [65_534, 65_535, 65_536, 65_537, 131_072, 200_000]) {
      const content = `first\n${"x".repeat(length)}\nlast\n${"y".repeat(length % 7)}`;
      expect(linesOf(content)).toEqual(expected(content));
    }
  });

  it("are the lines of any file", () => {
    const piece = fc.oneof(
      fc.constant("\n"),
      fc.string({ unit: "grapheme-ascii", maxLength: 20 }),
      fc.integer({ min: 60_000, max: 70_000 }).map((length) => "z".repeat(length)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(linesOf(pieces.join(""))).toEqual(expected(pieces.join("")));
      }),
      { numRuns: 150 },
    );
  });
});
