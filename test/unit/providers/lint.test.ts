import { describe, expect, it } from "vitest";
import { lintProblems, lintProvider } from "../../../src/providers/lint.ts";
import { unlintedProvider } from "../../support/sample-provider.ts";

describe("lintProvider", () => {
  it("finds nothing wrong with a sound definition", () => {
    expect(lintProvider(unlintedProvider())).toEqual([]);
  });

  it("gathers what is wrong with hosts, fields and places", () => {
    const problems = lintProvider(
      unlintedProvider({
        endpoints: [{ host: "*.com" }],
        fields: [{ name: "key", label: "Key", env: ["A", "A"] }],
        inject: [[{ in: "header", name: "Host", templates: ["{key}"] }]],
      }),
    );
    expect(problems.map((line) => line.split(": ")[0])).toEqual(["endpoints[0].host", "fields[0].env[1]", "inject[0][0].name"]);
  });

  it("runs the examples of a definition that is sound otherwise, and points to the line that failed", () => {
    const provider = unlintedProvider({ examples: { match: ["GET https://api.acme.test/", "GET https://x.test/"], ignore: ["nonsense"] } });
    expect(lintProblems(provider)).toEqual([
      { path: ["examples", "match", 1], what: "would not be injected" },
      { path: ["examples", "ignore", 0], what: "is not a 'METHOD URL' line" },
    ]);
  });
});
