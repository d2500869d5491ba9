import { describe, expect, it } from "vitest";
import { findAll, formatPointer, lookUp, textOf } from "../../../src/discover/pointer.ts";

const tree = { b: { x: "1" }, a: { x: "2", "y/z~": [{ k: "3" }, { k: "4" }] }, n: null, t: "text" };

describe("findAll", () => {
  it.each([
    ["/t", [["text", []]]],
    ["", [[tree, []]]],
    [
      "/*/x",
      [
        ["2", ["a"]],
        ["1", ["b"]],
      ],
    ],
    [
      "/a/y~1z~0/*/k",
      [
        ["3", ["0"]],
        ["4", ["1"]],
      ],
    ],
    ["/n/x", []],
    ["/t/length", []],
    ["/constructor", []],
    ["/missing", []],
  ])("finds at %j", (pointer, found) => {
    expect(findAll(tree, pointer).map(({ value, keys }) => [value, keys])).toEqual(found);
  });
});

describe("lookUp", () => {
  it("puts the keys where the stars are", () => {
    expect(lookUp(tree, "/*/x", ["a"])).toBe("2");
    expect(lookUp(tree, "/a/y~1z~0/*/k", ["1"])).toBe("4");
    expect(lookUp(tree, "/*/x", [])).toBeUndefined();
    expect(lookUp(tree, "/t/0", [])).toBeUndefined();
  });
});

describe("formatPointer and textOf", () => {
  it("write a path back and text down", () => {
    expect(formatPointer(["a", "y/z~", "0"])).toBe("/a/y~1z~0/0");
    expect(formatPointer([])).toBe("");
    expect([" a ", 5, true, null, undefined, ["a"]].map((value) => textOf(value))).toEqual(["a", "5", null, null, null, null]);
  });
});
