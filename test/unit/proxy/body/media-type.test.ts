import { describe, expect, it } from "vitest";
import { hasMediaType } from "../../../../src/proxy/body/media-type.ts";

const isJson = (...headers: string[]): boolean => hasMediaType({ method: "POST", target: "/", headers }, /^application\/json$/);

describe("a body's media type", () => {
  it.each([
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
    "application/json ;charset=us-ascii; x=y",
  ])("is seen in %s", (type) => expect(isJson("Content-Type", type)).toBe(true));

  it.each(["application/json; charset=utf-16", "text/json", "application/jsonp", "", "multipart/form-data; boundary=application/json"])(
    "is another in %j",
    (type) => expect(isJson("Content-Type", type)).toBe(false),
  );

  it("is not believed beside a coding, when it comes twice, or when there is none", () => {
    expect(isJson("Content-Type", "application/json", "Content-Encoding", "gzip")).toBe(false);
    expect(isJson("Content-Type", "application/json", "Content-Encoding", "identity")).toBe(true);
    expect(isJson("Content-Type", "application/json", "Content-Type", "application/json")).toBe(false);
    expect(isJson()).toBe(false);
  });
});
