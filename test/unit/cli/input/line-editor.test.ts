import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EMPTY_LINE, feedLine, type LineState } from "../../../../src/cli/input/line-editor.ts";

const typed = (...chunks: string[]): LineState => chunks.reduce(feedLine, EMPTY_LINE);

describe("feedLine", () => {
  it.each([
    ["abc\r", "abc"],
    ["abc\n", "abc"],
    ["abx\u007fc\r", "abc"],
    ["abx\bc\r", "abc"],
    ["wrong\u0015right\r", "right"],
    ["one two\u0017three\r", "one three"],
    ["a\u001b[Db\u001bOCc\u001b[3~\r", "abc"],
    ["\u001b[200~pasted\u001b[201~\r", "pasted"],
    ["\u001b[200~\npasted\n\u001b[201~", "pasted"],
    ["a\u0001b\u001a\tc\r", "abc"],
    ["🙂x\u007f\u007fok\r", "ok"],
  ])("reads %j as %j", (keys, text) => {
    expect(typed(keys)).toMatchObject({ text, outcome: "submitted" });
  });

  it("keeps what follows the end of the line for the next question", () => {
    expect(typed("one\rtwo\rthree")).toMatchObject({ text: "one", rest: "two\rthree" });
  });

  it("ends by Ctrl-C at any moment, also inside an escape sequence, and forgets the text", () => {
    expect(typed("abc\u0003")).toMatchObject({ text: "", outcome: "interrupted" });
    expect(typed("abc\u001b\u0003")).toMatchObject({ text: "", outcome: "interrupted" });
  });

  it("ends by Ctrl-D only on an empty line", () => {
    expect(typed("\u0004").outcome).toBe("ended");
    expect(typed("a\u0004").outcome).toBe("open");
  });

  it("reads the same however the terminal cuts its bytes", () => {
    const keys = fc.array(fc.constantFrom("a", "é", "\u001b[200~", "\u001b[201~", "\u001b[A", "\u007f", "\u0015", "\u0017", "x y"), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(keys, (parts) => {
        const text = `${parts.join("")}\r`;
        expect(typed(...Array.from(text))).toEqual(typed(text));
      }),
    );
  });
});
