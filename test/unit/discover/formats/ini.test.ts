import { describe, expect, it } from "vitest";
import { parseIni } from "../../../../src/discover/formats/ini.ts";

describe("parseIni", () => {
  it.each([
    ["top = 1\n[a]\nx=2\n[b c] # note\ny : 3", { top: "1", a: { x: "2" }, "b c": { y: "3" } }],
    ["[a]\r\nx = 1 ; note\r\n; y = 2\r\n# z = 3\r\n", { a: { x: "1" } }],
    ["[a]\nx = 'q # r'\ny = \"s\"", { a: { x: "q # r", y: "s" } }],
    ["[a]\n  x = 1\n  y = 2\n", { a: { x: "1", y: "2" } }],
    ["[a]\ns3 =\n  max = 20\nx = 1", { a: { s3: "", x: "1" } }],
    ["[a]\nx = 1\n[b]\n[a]\ny = 2\nx = 3", { a: { x: "3", y: "2" }, b: {} }],
    ["//host/:_authToken=t", { "//host/:_authToken": "t" }],
    ["[a]\nx = a=b==\nnonsense", { a: { x: "a=b==" } }],
  ])("reads %j", (text, tree) => {
    expect(parseIni(text)).toEqual(tree);
  });

  it("keeps a section called like a part of every object apart from it", () => {
    expect(Object.keys(parseIni("[__proto__]\npolluted = 1") as object)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
