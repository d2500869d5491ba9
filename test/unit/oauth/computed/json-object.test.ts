import { expect, it } from "vitest";
import { parseJsonObject } from "../../../../src/oauth/computed/json-object.ts";

it("reads objects, behind a byte order mark too, and nothing else", () => {
  expect(parseJsonObject('\ufeff {"a":1}')).toEqual({ a: 1 });
  for (const text of ["", "[1]", "null", "1", '"x"', "{", "a=1"]) expect(parseJsonObject(text)).toBeNull();
});
