import { describe, expect, it } from "vitest";
import type { Outgoing } from "../../../../src/core/exchange.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { formKind } from "../../../../src/proxy/inject/form.ts";

const given = { key: "placeholder-0123456789" };
const fields = { key: new Secret("re al+&") };
const place = { in: "form", name: "token", template: "{key}" } as const;

function request(body: string, options: { type?: string; isWhole?: boolean } = {}): Outgoing {
  const headers = ["Content-Type", options.type ?? "application/x-www-form-urlencoded"];
  return { method: "POST", target: "/", headers, body: { bytes: Buffer.from(body), isWhole: options.isWhole ?? true } };
}

describe("a form field", () => {
  it.each([
    [`token=${given.key}&a=1`, "placeholder"],
    [`a=1&token=${given.key}`, "placeholder"],
    [`token=${given.key}x`, "misformed"],
    [`token=mine`, "other"],
    [`token=${"x".repeat(1000)}`, "other"],
    ["token=&a=1", "empty"],
    [`text=${given.key}`, "empty"],
  ])("in %s is %s", (body, expected) => expect(formKind.read(place, request(body), given)).toBe(expected));

  it("may come later while the body is not whole", () => {
    expect(formKind.read(place, request(`a=1&token=${given.key}`, { isWhole: false }), given)).toBe("later");
    expect(formKind.read(place, request(`a=1&token=${given.key}&`, { isWhole: false }), given)).toBe("placeholder");
  });

  it("is looked for only in a form", () => {
    const other = request(`token=${given.key}`, { type: "text/plain" });
    expect(formKind.read(place, other, given)).toBe("empty");
    expect(formKind.bodyBytes?.(place, other)).toBe(0);
    expect(formKind.rewriter?.(place, other, { given, fields })).toBeNull();
    expect(formKind.bodyBytes?.(place, request(""))).toBeGreaterThan(0);
  });

  it("is refused when it is there twice", () => {
    expect(() => formKind.read(place, request("token=a&token=b"), given)).toThrow(expect.objectContaining({ code: "REQUEST_MALFORMED" }));
  });

  it("is replaced in the body, encoded, and never filled in", () => {
    const rewriter = formKind.rewriter?.(place, request(""), { given, fields });
    expect(rewriter?.push(Buffer.from(`token=${given.key}&a`)).toString()).toBe("token=re%20al%2B%26&a");
    expect(formKind.fill).toBeNull();
  });
});
