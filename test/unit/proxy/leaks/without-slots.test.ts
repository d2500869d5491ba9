import { describe, expect, it } from "vitest";
import type { Place } from "../../../../src/providers/schema.ts";
import { withoutSlots } from "../../../../src/proxy/leaks/without-slots.ts";

const head = {
  method: "GET",
  target: "/botKEY/getMe?key=KEY&x=1",
  headers: ["Host", "a.test", "Authorization", "Bearer KEY", "Cookie", "sid=KEY; theme=dark", "X-Other", "KEY"],
};
const cases: [Place, string][] = [
  [{ in: "header", name: "authorization", templates: ["Bearer {key}"] }, "Bearer KEY"],
  [{ in: "basic", username: "x", password: "{key}", anyUsername: false }, "Bearer KEY"],
  [{ in: "query", name: "key", template: "{key}" }, "key=KEY"],
  [{ in: "path", template: "/bot{key}/**" }, "botKEY"],
  [{ in: "cookie", name: "sid", template: "{key}" }, "sid=KEY"],
] as [Place, string][];

describe("a head without its slots", () => {
  it.each(cases)("lacks what stands in %o and nothing else", (place, gone) => {
    const before = JSON.stringify(head);
    const after = JSON.stringify(withoutSlots([place], head));
    expect(after).not.toContain(gone);
    expect(after.split("KEY").length).toBe(before.split("KEY").length - 1);
    expect(after).toContain("theme=dark");
  });
});
