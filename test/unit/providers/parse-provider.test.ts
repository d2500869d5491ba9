import { describe, expect, it } from "vitest";
import { parseProvider } from "../../../src/providers/parse-provider.ts";
import { type Json, sampleDefinition } from "../../support/sample-provider.ts";

const PATH = "providers/acme.json";

function problems(changes: Json, text?: string): readonly string[] {
  return parseProvider(text ?? JSON.stringify(sampleDefinition(changes), null, 2), PATH).problems;
}

describe("parseProvider", () => {
  it("gives the provider with its defaults", () => {
    const { provider, problems: none } = parseProvider(JSON.stringify(sampleDefinition()), PATH);
    expect(none).toEqual([]);
    expect(provider?.endpoints).toEqual([{ host: "api.acme.test", port: 443 }]);
    expect(provider?.fields[0]?.secret).toBe(true);
  });

  it("takes a byte order mark and CRLF", () => {
    const text = `\ufeff${JSON.stringify(sampleDefinition(), null, 2).replaceAll("\n", "\r\n")}`;
    expect(parseProvider(text, PATH).provider?.id).toBe("acme");
  });

  it("names file, line and path of an unknown key, with the nearest one", () => {
    expect(problems({ docUrl: "https://acme.test" })).toEqual([`${PATH}:41: docUrl: unknown key "docUrl", did you mean "docsUrl"?`]);
  });

  it.each<[Json, RegExp]>([
    [{ id: undefined }, /:1: id: is missing$/],
    [{ id: "Acme Corp" }, /:2: id: must be text that matches/],
    [{ endpoints: [] }, /: endpoints: must have this many items: at least 1$/],
    [{ endpoints: "api.acme.test" }, /: endpoints: must be an array$/],
    [
      { endpoints: [{ host: "API.acme.test" }] },
      /: endpoints\[0\]\.host: a lower-case host|: endpoints\[0\]\.host: must be a lower-case host/,
    ],
    [{ endpoints: [{ host: "api.acme.test", port: 0 }] }, /endpoints\[0\]\.port: must be at least 1$/],
    [{ endpoints: [{ host: "api.acme.test", port: 1.5 }] }, /endpoints\[0\]\.port: must be a whole number$/],
    [{ endpoints: [{ host: "api.acme.test", paths: ["api"] }] }, /endpoints\[0\]\.paths\[0\]: must be text that starts with '\/'$/],
    [{ inject: [[{ in: "smoke", name: "x" }]] }, /inject\[0\]\[0\]\.in: must be one of header, basic, query, path/],
    [{ inject: [[{ in: "header", name: "X Key", templates: ["{key}"] }]] }, /inject\[0\]\[0\]\.name: must be text that matches/],
    [{ category: "fun" }, /category: must be llm, search/],
    [{ keysUrl: "not a url" }, /keysUrl: must be a URL$/],
    [{ fields: [{ name: "key" }] }, /fields\[0\]\.label: is missing$/],
    [{ fields: [{ name: "key", label: "Key", env: ["1BAD"] }] }, /fields\[0\]\.env\[0\]: must be text that matches/],
  ])("%#: says what is wrong where", (changes, expected) => {
    const found = problems(changes);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  it("reports every problem, each on its own line of the file", () => {
    const found = problems({ id: "x y", category: "fun", extra: 1 });
    expect(found.map((line) => line.split(": ")[1])).toEqual(["id", "category", "extra"]);
    const lines = found.map((line) => Number(/^[^:]+:(\d+):/.exec(line)?.[1]));
    expect(new Set(lines).size).toBe(3);
  });

  it("adds what the linter finds, with its line", () => {
    const found = problems({ fields: [{ name: "other", label: "Key" }] });
    expect(found).toContainEqual(expect.stringMatching(/^providers\/acme\.json:\d+: inject\[0\]\[0\]\.templates\[0\]: uses \{key\}/));
  });

  it("reports broken JSON and repeated keys by line", () => {
    expect(problems({}, '{\n  "id": "acme",\n  "id": "b"\n}')).toEqual([`${PATH}:3: the key "id" comes twice`]);
    expect(problems({}, "{\n")).toEqual([`${PATH}:2: the file ends where a key in double quotes should be`]);
    expect(problems({}, "")).toHaveLength(1);
    expect(problems({}, "[]")).toEqual([`${PATH}:1: must be an object`]);
    expect(problems({}, "null")).toEqual([`${PATH}:1: must be an object`]);
  });

  it("never repeats a value of the file", () => {
    const canary = `canary${"x".repeat(20)}`;
    const found = problems({ id: canary.toUpperCase(), category: canary, keysUrl: canary, endpoints: [{ host: canary, port: canary }] });
    expect(found.length).toBeGreaterThan(2);
    expect(found.join("\n").toLowerCase()).not.toContain(canary);
  });

  it("makes names with control characters harmless", () => {
    expect(problems({ "\u001b[31m": 1 }).join()).not.toContain("\u001b");
  });
});
