import { describe, expect, it } from "vitest";
import { FormScanner } from "../../../../src/proxy/body/form-scanner.ts";
import { LOOK_AHEAD_BYTES, readField } from "../../../../src/proxy/body/read-field.ts";

const given = { key: "placeholder-0123456789" };

function read(body: string | null, isWhole = true): string {
  const context = {
    expected: given.key,
    given,
    what: "the field",
    body: body === null ? undefined : { bytes: Buffer.from(body), isWhole },
  };
  return readField((onValue) => new FormScanner("t", given.key.length, onValue), context);
}

describe("a field of a body", () => {
  it("is empty without a body, and when the whole body has none", () => {
    expect(read(null)).toBe("empty");
    expect(read("a=1")).toBe("empty");
  });

  it("is only known to be absent at the end", () => {
    expect(read("a=1", false)).toBe("later");
    expect(read(`t=${given.key}`, false)).toBe("later");
    expect(read(`t=${given.key}&`, false)).toBe("placeholder");
  });

  it("is the child's own when it is longer than the placeholder could be", () => {
    expect(read(`t=${"x".repeat(LOOK_AHEAD_BYTES)}`, false)).toBe("other");
  });

  it("cannot be there twice", () => {
    expect(() => read("t=1&t=2")).toThrow(
      expect.objectContaining({ code: "REQUEST_MALFORMED", message: "the field comes more than once" }),
    );
  });
});
