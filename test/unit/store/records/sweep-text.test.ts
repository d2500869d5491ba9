import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { type StandIn, sweepText } from "../../../../src/store/records/sweep-text.ts";

const SECRET = `sk-${"aB3+/x9Q".repeat(4)}`;
const PLACEHOLDER = `sk-${"placehld".repeat(4)}`;
const standIns: StandIn[] = [{ secret: new Secret(SECRET), placeholder: PLACEHOLDER }];
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("a stored secret", () => {
  it.each([
    ["alone", SECRET, PLACEHOLDER],
    ["inside a URL", `postgres://me:${SECRET}@db.test/x`, `postgres://me:${PLACEHOLDER}@db.test/x`],
    ["percent-encoded", `https://me:${encodeURIComponent(SECRET)}@h/`, `https://me:${PLACEHOLDER}@h/`],
    ["twice", `${SECRET},${SECRET}`, `${PLACEHOLDER},${PLACEHOLDER}`],
    ["in base64", base64(SECRET), base64(PLACEHOLDER)],
    ["in base64 with a user before it", `Basic ${base64(`me:${SECRET}`)}`, `Basic ${base64(`me:${PLACEHOLDER}`)}`],
    ["in base64 with more behind it", `{"auth":"${base64(`a:${SECRET}:z`)}"}`, `{"auth":"${base64(`a:${PLACEHOLDER}:z`)}"}`],
    [
      "in base64 for URLs, without padding",
      Buffer.from(`?${SECRET}?`).toString("base64url"),
      Buffer.from(`?${PLACEHOLDER}?`).toString("base64url"),
    ],
  ])("%s is replaced", (_what, text, expected) => expect(sweepText(text, standIns)).toBe(expected));

  it("is replaced before one that it begins with", () => {
    const longer = `${SECRET}-longer`;
    const both = [...standIns, { secret: new Secret(longer), placeholder: "another" }];
    expect(sweepText(`${longer} ${SECRET}`, both)).toBe(`another ${PLACEHOLDER}`);
  });

  it("too short to be told from a word is left", () => {
    expect(sweepText("hunter2 hunter2", [{ secret: new Secret("hunter2"), placeholder: "x" }])).toBe("hunter2 hunter2");
  });

  it("is found in base64 wherever it begins, and what is around it stays", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), fc.boolean(), (before, after, isUrl) => {
        const form = isUrl ? "base64url" : "base64";
        const text = `x="${Buffer.from(before + SECRET + after).toString(form)}";`;
        expect(sweepText(text, standIns)).toBe(`x="${Buffer.from(before + PLACEHOLDER + after).toString(form)}";`);
      }),
    );
  });

  it("leaves every other text as it is, and ends on one made to be slow", () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => sweepText(text, standIns) === text));
    const core = base64(SECRET).slice(0, 40);
    expect(sweepText(core.repeat(2_000), standIns).length).toBeGreaterThan(0);
  });
});
