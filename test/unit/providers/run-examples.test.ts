import { describe, expect, it } from "vitest";
import { runExamples } from "../../../src/providers/run-examples.ts";
import { unlintedProvider } from "../../support/sample-provider.ts";

function report(match: string[], ignore: string[]) {
  return runExamples(unlintedProvider({ endpoints: [{ host: "api.acme.test", paths: ["/v1/**"] }], examples: { match, ignore } }));
}

describe("runExamples", () => {
  it("counts those that hold", () => {
    expect(report(["GET https://api.acme.test/v1/a?b=c", "GET wss://api.acme.test/v1/ws"], ["GET https://api.acme.test/"])).toEqual({
      passed: 3,
      failures: [],
    });
  });

  it("names each that does not, in both directions", () => {
    expect(report(["GET https://other.test/v1/a"], ["GET https://api.acme.test/v1/a"])).toEqual({
      passed: 0,
      failures: ["examples.match[0]: would not be injected", "examples.ignore[0]: would be injected"],
    });
  });

  it.each([
    "https://api.acme.test/v1",
    "get https://api.acme.test/v1",
    "GET api.acme.test/v1",
    "GET https://api.acme.test/v1 x",
    "GET ftp://api.acme.test/v1",
    "",
  ])("refuses the line %j in either list", (line) => {
    expect(report([line], [line]).failures).toEqual([
      "examples.match[0]: is not a 'METHOD URL' line",
      "examples.ignore[0]: is not a 'METHOD URL' line",
    ]);
  });

  it.each([
    "GET http://api.acme.test/v1/a",
    "GET ws://api.acme.test/v1/a",
    "TRACE https://api.acme.test/v1/a",
    "GET https://api.acme.test:8443/v1/a",
    "GET https://user@api.acme.test/v1/a",
    "GET https://api.acme.test/v1/../admin",
    "GET https://api.acme.test/v1/%2e%2e/admin",
    "GET https://api.acme.test\\@evil.test/v1/a",
  ])("takes %j as written: it is never injected", (line) => {
    expect(report(["GET https://api.acme.test/v1/a"], [line]).failures).toEqual([]);
  });

  it("knows a host in other spellings as the proxy would", () => {
    expect(
      report(["GET https://API.Acme.Test:443/v1/a", "GET https://api.acme.test./v1/a"], ["GET https://acme.test/v1/a"]).failures,
    ).toEqual([]);
  });
});
