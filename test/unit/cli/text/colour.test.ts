import { describe, expect, it } from "vitest";
import { choosePaint } from "../../../../src/cli/text/colour.ts";

describe("choosePaint", () => {
  it("paints on a terminal", () => {
    expect(choosePaint(true, true, {})("x", "good")).toBe("\u001b[32mx\u001b[0m");
    expect(choosePaint(true, true, {})("", "good")).toBe("");
  });

  it.each([
    [false, true, {}],
    [true, false, {}],
    [true, true, { NO_COLOR: "1" }],
    [true, true, { TERM: "dumb" }],
  ])("does not with terminal %s, wanted %s, %j", (...[isTty, wanted, environment]) => {
    expect(choosePaint(isTty, wanted, environment)("x", "bad")).toBe("x");
  });

  it("takes an empty NO_COLOR for unset", () => expect(choosePaint(true, true, { NO_COLOR: "" })("x", "dim")).not.toBe("x"));
});
