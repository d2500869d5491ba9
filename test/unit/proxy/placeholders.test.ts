import { describe, expect, it } from "vitest";
import { randomText } from "../../../src/core/ids.ts";
import { findPlaceholders } from "../../../src/proxy/placeholders.ts";

const owner = { provider: "acme", name: "default" };
const one = { text: `a.b+${randomText(20)}`, owner };
const two = { text: `two-${randomText(20)}`, owner };
const known = [one, two];
const find = (target: string, headers: string[] = []) => findPlaceholders({ target, headers }, known);

describe("findPlaceholders", () => {
  it("looks in target, percent-encoding, any header and inside Basic", () => {
    expect(find(`/x?k=${one.text}`)).toEqual([one]);
    expect(find(`/x?k=${encodeURIComponent(one.text)}`)).toEqual([one]);
    expect(find("/", ["X", `see ${two.text}!`])).toEqual([two]);
    expect(find("/", ["Authorization", `Basic ${Buffer.from(`u:${two.text}`).toString("base64")}`])).toEqual([two]);
    expect(find(`/${one.text}`, ["X", two.text])).toEqual([one, two]);
  });

  it("finds none where there is none, and none across a border", () => {
    expect(find("/%zz%", ["X", "y"])).toEqual([]);
    expect(find(`/${two.text.slice(0, 10)}`, ["X", two.text.slice(10)])).toEqual([]);
    expect(findPlaceholders({ target: `/${one.text}`, headers: [] }, [])).toEqual([]);
  });
});
