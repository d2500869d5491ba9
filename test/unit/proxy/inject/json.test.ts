import { describe, expect, it } from "vitest";
import type { Outgoing } from "../../../../src/core/exchange.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { jsonKind } from "../../../../src/proxy/inject/json.ts";

const given = { key: "placeholder-0123456789" };
const fields = { key: new Secret('re"al\\') };
const place = { in: "json", pointer: "/a~1b/c~0d", template: "{key}" } as const;

function request(value: unknown, options: { type?: string; isWhole?: boolean } = {}): Outgoing {
  const headers = ["Content-Type", options.type ?? "application/json"];
  return { method: "POST", target: "/", headers, body: { bytes: Buffer.from(JSON.stringify(value)), isWhole: options.isWhole ?? true } };
}

describe("a JSON field", () => {
  it.each([
    [{ "a/b": { "c~d": given.key } }, "placeholder"],
    [{ "a/b": { "c~d": `Key ${given.key}` } }, "misformed"],
    [{ "a/b": { "c~d": "mine" } }, "other"],
    [{ "a/b": { "c~d": "" } }, "empty"],
    [{ "a/b": { "c~d": [given.key] } }, "empty"],
    [{ "c~d": given.key, "a/b": given.key }, "empty"],
  ])("in %j is %s", (value, expected) => expect(jsonKind.read(place, request(value), given)).toBe(expected));

  it("may come later while the body is not whole", () => {
    expect(jsonKind.read(place, request({ x: 1 }, { isWhole: false }), given)).toBe("later");
  });

  it.each([
    ["application/json; charset=utf-8", true],
    ["application/vnd.api+json", true],
    ["application/x-ndjson", false],
    ["text/plain", false],
  ])("is looked for in %s: %s", (type, expected) => {
    expect(jsonKind.bodyBytes?.(place, request({}, { type })) !== 0).toBe(expected);
    expect(jsonKind.rewriter?.(place, request({}, { type }), { given, fields }) !== null).toBe(expected);
  });

  it("is replaced by a JSON string, and never filled in", () => {
    const rewriter = jsonKind.rewriter?.(place, request({}), { given, fields });
    const body = Buffer.from(JSON.stringify({ "a/b": { "c~d": given.key }, x: given.key }));
    expect(JSON.parse(String(rewriter?.push(body)))).toEqual({ "a/b": { "c~d": 're"al\\' }, x: given.key });
    expect(jsonKind.fill).toBeNull();
  });
});
