import { describe, expect, it } from "vitest";
import { fieldProblems } from "../../../../src/providers/lint/fields.ts";
import type { Json } from "../../../support/sample-provider.ts";
import { unlintedProvider } from "../../../support/sample-provider.ts";

const hint = "keys look like keys";

function whats(...fields: Json[]): string[] {
  return fieldProblems(unlintedProvider({ fields: fields.map((field) => ({ name: "key", label: "Key", ...field })) })).map(
    ({ what }) => what,
  );
}

describe("fields", () => {
  it("may be as plain as a name and a label", () => {
    expect(whats({})).toEqual([]);
  });

  it("have names and environment names of their own", () => {
    expect(whats({}, {})).toContain("is the name of another field");
    expect(whats({ env: ["A"] }, { name: "id", secret: false, env: ["B", "A"] })).toEqual(["is declared twice"]);
    expect(whats({ env: ["A", "A"] })).toEqual(["is declared twice"]);
  });

  it("are used when they are secret, and one of them is", () => {
    expect(whats({}, { name: "other" })).toEqual(["is secret, but no place of 'inject' uses it"]);
    expect(whats({}, { name: "region", secret: false })).toEqual([]);
    expect(whats({ secret: false })).toEqual(["none of the fields is secret"]);
  });

  it("with a pattern say it in words and have a placeholder that passes it", () => {
    const placeholder = { prefix: "ak-", length: 30 };
    const pattern = "^ak-[A-Za-z0-9]{20,}$";
    expect(whats({ pattern, hint, placeholder })).toEqual([]);
    expect(whats({ pattern, placeholder })).toEqual(["needs a 'hint' that says the shape in words"]);
    expect(whats({ pattern, hint })).toEqual(["needs a 'placeholder' shape that passes it"]);
    expect(whats({ pattern, hint, placeholder: { prefix: "sk-", length: 30 } })).toEqual(["does not pass the field's own pattern"]);
    expect(whats({ pattern: "^[0-9a-f]{30}$", hint, placeholder: { length: 30 } })).toEqual(["does not pass the field's own pattern"]);
    expect(whats({}, { name: "id", secret: false, pattern: "^AC$", hint })).toEqual([]);
  });

  it("have a token's form alone, with room for something random", () => {
    expect(whats({ placeholder: { length: 155, form: "jwt" } })).toEqual([]);
    expect(whats({ placeholder: { length: 154, form: "jwt" } })).toEqual(["needs at least 12 random characters"]);
    expect(whats({ placeholder: { length: 180, form: "jwt", prefix: "eyJ" } })).toEqual([expect.stringMatching(/^has a form/)]);
  });

  it("have placeholders that cannot be guessed or met by chance", () => {
    expect(whats({ placeholder: { prefix: "long-prefix-", length: 20 } })).toEqual(["needs at least 12 random characters"]);
    expect(whats({ placeholder: { length: 17, checksum: "github-crc32" } })).toEqual(["needs at least 12 random characters"]);
    expect(whats({}, { name: "id", secret: false, placeholder: { length: 30 } })).toEqual([
      expect.stringMatching(/only for secret fields/),
    ]);
  });

  it("have separators in order, inside, and no checksum beside them", () => {
    const shaped = (separators: unknown[], more = {}) => whats({ placeholder: { prefix: "ak-", length: 40, separators, ...more } });
    expect(shaped([{ at: 10, text: "-" }])).toEqual([]);
    for (const separators of [
      [{ at: 2, text: "-" }],
      [
        { at: 20, text: "-" },
        { at: 10, text: "-" },
      ],
      [{ at: 39, text: "--" }],
    ]) {
      expect(shaped(separators)).toEqual([expect.stringMatching(/overlap, are out of order or lie outside/)]);
    }
    expect(shaped([{ at: 10, text: "-" }], { checksum: "github-crc32" })).toEqual([expect.stringMatching(/both a checksum/)]);
    expect(whats({ placeholder: { prefix: "a b", length: 40 } })).toEqual([expect.stringMatching(/printable ASCII/)]);
  });
});
