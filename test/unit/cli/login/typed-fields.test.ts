import { describe, expect, it } from "vitest";
import { fieldsFromText } from "../../../../src/cli/login/typed-fields.ts";
import { OPENAI, TWILIO } from "../../../support/cli/sample-answers.ts";

describe("fieldsFromText", () => {
  it.each([
    ["value\n", "value"],
    ["value\r\n\r\n", "value"],
    ["\ufeffvalue", "value"],
    ["  value  \n", "  value  "],
    ["key=value\n", "key=value"],
    ["two\nlines\n", "two\nlines"],
  ])("takes %j whole for a provider with one field; cleaning is the daemon's", (text, key) => {
    expect(fieldsFromText(text, OPENAI)).toEqual({ key });
  });

  it("takes lines in any order for several fields, and the last of two", () => {
    expect(fieldsFromText("\ntoken = t\nsid=a\nsid=b\n", TWILIO)).toEqual({ token: " t", sid: "b" });
  });

  it.each([
    ["", /no value was given for sid, token/],
    ["sid=a\ntoken=  \n", /no value was given for token/],
    ["Sid=a", /its fields are sid, token/],
    ["Canary9", /has several fields/],
    ["Canary9=x", /its fields are sid, token/],
  ])("refuses %j without repeating it", (text, message) => {
    expect(() => fieldsFromText(text, TWILIO)).toThrow(message);
    expect(() => fieldsFromText(text, TWILIO)).not.toThrow(/Canary9/);
  });
});
