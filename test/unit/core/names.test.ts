import { describe, expect, it } from "vitest";
import { checkName, ENV_NAME_PATTERN, parseConnectionRef, PROVIDER_ID_PATTERN } from "../../../src/core/names.ts";

describe("names", () => {
  it.each(["default", "a", "team-2", "a.b_c", "0", "a".repeat(64)])("accepts %s", (name) =>
    expect(checkName("connection", name)).toBe(name),
  );
  it.each(["", "-a", ".a", "A", "a b", "a/b", "ä", "a\n", "a".repeat(65)])("refuses %j", (name) =>
    expect(() => checkName("connection", name)).toThrow(expect.objectContaining({ code: "NAME_INVALID" })),
  );

  it("reads PROVIDER=CONNECTION", () => {
    expect(parseConnectionRef("openai")).toEqual({ provider: "openai", connection: null });
    expect(parseConnectionRef("openai=work")).toEqual({ provider: "openai", connection: "work" });
    expect(() => parseConnectionRef("=work")).toThrow(expect.objectContaining({ code: "USAGE" }));
    expect(() => parseConnectionRef("openai=")).toThrow(expect.objectContaining({ code: "NAME_INVALID" }));
    expect(() => parseConnectionRef("openai=a=b")).toThrow(expect.objectContaining({ code: "NAME_INVALID" }));
  });

  it("tells provider ids and variable names", () => {
    expect(PROVIDER_ID_PATTERN.test("google-gemini")).toBe(true);
    expect(PROVIDER_ID_PATTERN.test("Google")).toBe(false);
    expect(ENV_NAME_PATTERN.test("OPENAI_API_KEY")).toBe(true);
    expect(ENV_NAME_PATTERN.test("2FA")).toBe(false);
  });
});
