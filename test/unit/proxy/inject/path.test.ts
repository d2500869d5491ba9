import { describe, expect, it } from "vitest";
import type { Outgoing } from "../../../../src/core/exchange.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { pathKind, withoutOwnSegment } from "../../../../src/proxy/inject/path.ts";

const given = { key: "1000000000:ph_placeholder" };
const fields = { key: new Secret("42:real/key?") };
const place = { in: "path", template: "/file/bot{key}/**" } as const;
const request = (target: string): Outgoing => ({ method: "GET", target, headers: [] });

describe("a path segment", () => {
  it.each([
    [`/file/bot${given.key}/getMe`, "placeholder"],
    [`/file/bot${given.key.replace(":", "%3A")}/a?b=/`, "placeholder"],
    [`/file/bot${given.key}`, "placeholder"],
    [`/file/bot${given.key}x/getMe`, "misformed"],
    ["/file/bot42:mine/getMe", "other"],
    ["/file/bot/getMe", "empty"],
    ["/file/robot/getMe", "empty"],
    ["/file", "empty"],
    [`/file/x/bot${given.key}`, "empty"],
    [`/file/${given.key}`, "empty"],
    [`/file/x?bot=/file/bot${given.key}/`, "empty"],
    ["/file/bot%zz/getMe", "empty"],
  ])("in %s is %s", (target, expected) => expect(pathKind.read(place, request(target), given)).toBe(expected));

  it("is replaced alone, and what a segment cannot hold is encoded", () => {
    const target = `/file/bot${given.key.replace(":", "%3A")}/a%2fb//${given.key}?x=${given.key}?`;
    expect(pathKind.replace(place, request(target), { given, fields }).target).toBe(
      `/file/bot42:real%2Fkey%3F/a%2fb//${given.key}?x=${given.key}?`,
    );
  });

  it("is never a dot segment", () => {
    const bare = { in: "path", template: "/{key}/x" } as const;
    for (const text of [".", ".."]) {
      const replace = () => pathKind.replace(bare, request(`/${given.key}/x`), { given, fields: { key: new Secret(text) } });
      expect(replace).toThrow(expect.objectContaining({ code: "CREDENTIAL_UNUSABLE" }));
    }
  });

  it("of the child's own is not shown", () => {
    expect(withoutOwnSegment(place, "/file/bot42:mine/getMe")).toBe("/file/bot{key}/getMe");
    expect(withoutOwnSegment(place, "/other/bot42:mine")).toBe("/other/bot42:mine");
    expect(pathKind.fill).toBeNull();
  });
});
