import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { type StandIn, sweepText } from "../../../../src/store/records/sweep-text.ts";

const SECRET = `sk-${"aB3+/x9Q".repeat(4)}`;
const PLACEHOLDER = `sk-${"placehld".repeat(4)}`;
const standIns: StandIn[] = [{ secret: new Secret(SECRET), placeholder: PLACEHOLDER }];
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const lowerHex = (text: string): string => text.replace(/%../g, (form) => form.toLowerCase());
const everyByte = (text: string): string => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
const wrap = (text: string): string => (text.match(/.{1,76}/g) ?? []).join("\n");

describe("a stored secret", () => {
  it.each([
    ["alone", SECRET, PLACEHOLDER],
    ["inside a URL", `postgres://me:${SECRET}@db.test/x`, `postgres://me:${PLACEHOLDER}@db.test/x`],
    ["percent-encoded", `https://me:${encodeURIComponent(SECRET)}@h/`, `https://me:${PLACEHOLDER}@h/`],
    ["percent-encoded in lower case", `?k=${lowerHex(encodeURIComponent(SECRET))}&x=1`, `?k=${PLACEHOLDER}&x=1`],
    ["percent-encoded in part", `?k=${SECRET.replaceAll("+", "%2B")}`, `?k=${PLACEHOLDER}`],
    ["percent-encoded whole", everyByte(SECRET), PLACEHOLDER],
    ["on a line of several", `A=1\nKEY=${SECRET}\nB=2`, `A=1\nKEY=${PLACEHOLDER}\nB=2`],
    [
      "in wrapped base64",
      `x\n${wrap(base64(`{"user":"somebody","password":"${SECRET}"}`))}\n`,
      `x\n${base64(`{"user":"somebody","password":"${PLACEHOLDER}"}`)}\n`,
    ],
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

  it("of several lines is found as it is and as JSON writes it", () => {
    const [value, placeholder] = ['-----BEGIN X-----\nline "one"\n-----END X-----', "placeholder"];
    const several = [{ secret: new Secret(value), placeholder }];
    expect(sweepText(`before ${value} after`, several)).toBe("before placeholder after");
    expect(sweepText(JSON.stringify({ private_key: value }), several)).toBe('{"private_key":"placeholder"}');
  });

  it("of eight characters and more counts as the whole of a text, blanks aside", () => {
    const short = [{ secret: new Secret("hunter22"), placeholder: "$& x" }];
    expect(sweepText(" hunter22\n", short)).toBe(" $& x\n");
    expect(sweepText("the hunter22", short)).toBe("the hunter22");
  });

  it("leaves wrapped base64 of other things as it is", () => {
    const text = wrap(base64("nothing of interest to anybody at all".repeat(9)));
    expect(sweepText(text, standIns)).toBe(text);
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
    for (const slow of [`${"a".repeat(500_000)} \n`, `${"%2".repeat(200_000)}\n`, `${"a".repeat(60)}\n`.repeat(8_000)]) {
      const startedAt = performance.now();
      expect(sweepText(slow, standIns)).toBe(slow);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    }
  });
});
