import { describe, expect, it } from "vitest";
import { displayWidth, formatTable } from "../../../../src/cli/text/table.ts";

const plain = { maxWidth: null, paint: (text: string) => text };

describe("formatTable", () => {
  it("aligns columns by what a terminal shows, and leaves no blanks at line ends", () => {
    expect(
      formatTable(
        ["NAME", "X"],
        [
          ["日本", "1"],
          ["é\u0301", ""],
        ],
        plain,
      ),
    ).toEqual(["NAME  X", "日本  1", "é\u0301"]);
  });

  it("cuts nothing in a pipe", () => {
    const long = "x".repeat(500);
    expect(formatTable(["A", "B"], [[long, "b"]], plain)[1]).toBe(`${long}  b`);
  });

  it("lets the widest column give way on a terminal", () => {
    const [, row] = formatTable(["A", "B"], [["short", "y".repeat(100)]], { ...plain, maxWidth: 40 });
    expect(displayWidth(row ?? "")).toBe(40);
    expect(row).toMatch(/^short {2}y+…$/);
  });

  it("paints after cutting and cleaning, so that colour is never counted and data never colours", () => {
    const paint = (text: string, style: string): string => `<${style}>${text}</>`;
    const rows = [[{ text: "o\u001bk", style: "good" as const }, "x"]];
    expect(formatTable(["A", "B"], rows, { maxWidth: null, paint })).toEqual(["<bold>A</>   <bold>B</>", "<good>ok</>  x"]);
  });
});
