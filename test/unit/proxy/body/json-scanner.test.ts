import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonScanner } from "../../../../src/proxy/body/json-scanner.ts";
import { expectForEverySplit, rewriteAtOnce } from "./every-split.ts";

const PLACEHOLDER = "ph-0123456789";
const at =
  (...path: string[]) =>
  () =>
    new JsonScanner(path, PLACEHOLDER.length, (value) => (value === PLACEHOLDER ? Buffer.from('"REAL"') : null));

describe("a JSON body", () => {
  it.each([
    [["key"], `{"key":"${PLACEHOLDER}"}`, '{"key":"REAL"}'],
    [
      ["key"],
      ` {\n "a" : [1,{"key":"${PLACEHOLDER}"}] , "key" :\t"${PLACEHOLDER}" , "b":true}\n`,
      ` {\n "a" : [1,{"key":"${PLACEHOLDER}"}] , "key" :\t"REAL" , "b":true}\n`,
    ],
    [["key"], `{"a":"}\\"{","k\\u0065y":"ph\\u002d0123456789"}`, `{"a":"}\\"{","k\\u0065y":"REAL"}`],
    [
      ["a", "b"],
      `{"b":"${PLACEHOLDER}","a":{"x":{"b":"${PLACEHOLDER}"},"b":"${PLACEHOLDER}"}}`,
      `{"b":"${PLACEHOLDER}","a":{"x":{"b":"${PLACEHOLDER}"},"b":"REAL"}}`,
    ],
    [
      ["a", "b"],
      `{"a":{},"a":null,"a":{"c":[],"b":"${PLACEHOLDER}"},"b":"${PLACEHOLDER}"}`,
      `{"a":{},"a":null,"a":{"c":[],"b":"REAL"},"b":"${PLACEHOLDER}"}`,
    ],
    [["ü~/"], `{"ü~/":"${PLACEHOLDER}"}`, '{"ü~/":"REAL"}'],
  ])("has the string at %j replaced, wherever it is cut", (path, body, expected) => {
    expectForEverySplit(at(...path), body, expected);
  });

  it.each([
    "",
    `"${PLACEHOLDER}"`,
    `[{"key":"${PLACEHOLDER}"}]`,
    `{"key":["${PLACEHOLDER}"]}`,
    `{"key":{"key":"${PLACEHOLDER}"}}`,
    `{"key":"${PLACEHOLDER} "}`,
    `{"key":"x${PLACEHOLDER}"}`,
    `{"Key":"${PLACEHOLDER}","keys":"${PLACEHOLDER}","a":"key","b":"${PLACEHOLDER}"}`,
    `{"a":"\\"key\\":\\"${PLACEHOLDER}\\""}`,
    `{"a":1}{"key":"${PLACEHOLDER}"}`,
    `{"a":{"key":"${PLACEHOLDER}"}}`,
    `{"key":${PLACEHOLDER}}`,
    `{key:"${PLACEHOLDER}"}`,
    `{"key" "${PLACEHOLDER}"}`,
    `{"key":"${PLACEHOLDER}`,
    `\ufeff{"key":"${PLACEHOLDER}"}`,
    `{"a":-1.5e3,"b":null,"c":[[[]]],"d":"\\\\"}`,
  ])("%s passes byte for byte", (body) => expectForEverySplit(at("key"), body, body));

  it("passes what is too long to be it without holding it", () => {
    const long = "x".repeat(200_000);
    const body = `{"${long}":1,"key":"${long}","other":"${long}"}`;
    expect(rewriteAtOnce(at("key"), body)).toBe(body);
    expect(rewriteAtOnce(at("key"), `{"${long}":1,"key":"${PLACEHOLDER}"}`)).toBe(`{"${long}":1,"key":"REAL"}`);
  });

  it("nested without end is counted, not kept", () => {
    const body = `{"a":${"[".repeat(300_000)}${"]".repeat(300_000)},"key":"${PLACEHOLDER}"}`;
    expect(rewriteAtOnce(at("key"), body)).toBe(body.replace(PLACEHOLDER, "REAL"));
  });

  it("of any shape stays the same value but for the one string, and exactly the same without it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (value, isPretty) => {
        const text = JSON.stringify({ ...value, key: undefined }, null, isPretty ? 2 : 0);
        expect(rewriteAtOnce(at("key"), text)).toBe(text);
        const withKey = JSON.stringify({ ...value, key: PLACEHOLDER }, null, isPretty ? 2 : 0);
        expect(JSON.parse(rewriteAtOnce(at("key"), withKey))).toEqual(JSON.parse(JSON.stringify({ ...value, key: "REAL" })));
      }),
      { numRuns: 300 },
    );
  });
});
