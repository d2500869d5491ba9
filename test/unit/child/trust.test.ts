import { describe, expect, it } from "vitest";
import { fillTemplate, parseTrustClient, readTrust } from "../../../src/child/trust.ts";

const valid = {
  client: "x",
  why: "an example",
  proxy: ["HTTPS_PROXY"],
  ca: "replace",
  variables: { X_CA: { value: "{bundle}", why: "its CA variable" } },
  remove: { X_PROXY: "it would win" },
  files: {},
};

const parse = (changes: Record<string, unknown>): unknown => parseTrustClient("x.json", JSON.stringify({ ...valid, ...changes }));

describe("certs/trust", () => {
  it("is read whole, one family a file, with every variable in one family only", () => {
    const clients = readTrust().map(({ client }) => client);
    for (const client of ["curl", "git", "node", "npm", "openssl", "perl", "proxy", "python"]) expect(clients).toContain(client);
    expect(new Set(clients).size).toBe(clients.length);
  });

  it("names as routes only variables that some family sets or removes", () => {
    const known = new Set(readTrust().flatMap(({ variables, remove }) => [...Object.keys(variables), ...Object.keys(remove)]));
    expect(readTrust().flatMap(({ proxy }) => proxy.filter((name) => !known.has(name)))).toEqual([]);
  });

  it("says why for every variable", () => {
    for (const { variables, remove } of readTrust()) {
      for (const why of [...Object.values(variables).map((variable) => variable.why), ...Object.values(remove)])
        expect(why.length).toBeGreaterThan(10);
    }
  });
});

describe("parseTrustClient", () => {
  it("takes a file of the form", () => {
    expect(parse({})).toEqual(valid);
  });

  it.each([
    ["an unknown field", { more: 1 }, /more is not a known field/],
    ["a name that is not the file's", { client: "y" }, /equal the file's name/],
    ["a word for ca that is none", { ca: "maybe" }, /add, replace or none/],
    ["a CA variable that adds although the family replaces", { variables: { X: { value: "{ca}", why: "w" } } }, /add goes with/],
    ["a placeholder nobody fills", { variables: { X: { value: "{bundle}{token}", why: "w" } } }, /\{token\} stands for nothing/],
    ["a file that is not described", { variables: { X: { value: "{bundle}{file:none}", why: "w" } } }, /stands for nothing/],
    ["a variable without a reason", { variables: { X: { value: "{bundle}" } } }, /variables.X.why must be one line/],
    ["a variable with a further field", { variables: { X: { value: "{bundle}", why: "w", on: true } } }, /variables.X.on is not/],
    ["a name that is no environment name", { remove: { "A B": "w" } }, /not an environment name/],
    ["a text with a line break", { why: "a\nb" }, /why must be one line/],
    ["a list of other things", { proxy: [1] }, /proxy must be a list/],
    ["an inherited property for a field", { variables: undefined }, /variables must be an object/],
    ["a file name that leads elsewhere", { files: { f: { name: "../x", lines: [] } } }, /plain file name/],
  ])("refuses %s", (_what, changes, message) => {
    expect(() => parse(changes)).toThrow(message);
  });

  it("refuses what is not JSON, and names the file", () => {
    expect(() => parseTrustClient("x.json", "{")).toThrow("certs/trust/x.json is not JSON");
  });
});

describe("fillTemplate", () => {
  it("fills every placeholder and leaves the rest, dollar signs included", () => {
    expect(fillTemplate("$1 {a}:{b} $&", (name) => `$&${name}`)).toBe("$1 $&a:$&b $&");
  });
});
