import { expect, it } from "vitest";
import { pageQuery, startOf, toPage } from "../../../../src/hub/routes/paging.ts";

const each = { id: (row: string) => row, show: (row: string) => row.toUpperCase() };

it("pages through everything once, in order, and ends", () => {
  const all = ["a", "b", "c", "d", "e"];
  const seen: string[] = [];
  for (let cursor: string | undefined, turns = 0; turns < 10; turns += 1) {
    const query = pageQuery.parse({ limit: "2", ...(cursor === undefined ? {} : { cursor }) });
    const start = startOf(query);
    const page = toPage(all.filter((id) => id > start).slice(0, query.limit + 1), query, each);
    seen.push(...page.data);
    if (!page.has_more) break;
    cursor = page.next_cursor ?? "";
  }
  expect(seen).toEqual(["A", "B", "C", "D", "E"]);
});

it("has 50 to a page unless told, 1 to 100 when told, and an empty page for nothing", () => {
  expect(pageQuery.parse({}).limit).toBe(50);
  for (const limit of ["0", "101", "x", "1.5"]) expect(pageQuery.safeParse({ limit }).success).toBe(false);
  expect(toPage([], { limit: 50 }, each)).toEqual({ data: [], has_more: false, next_cursor: null });
});

it.each(["", "%", Buffer.from("a' OR 1=1").toString("base64url"), Buffer.from("../x").toString("base64url")])(
  "refuses the cursor %j",
  (cursor) => {
    expect(() => startOf({ limit: 1, cursor })).toThrow(expect.objectContaining({ code: "HUB_INVALID", detail: { path: "query.cursor" } }));
  },
);
