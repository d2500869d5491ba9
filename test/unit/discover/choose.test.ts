import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/core/secret.ts";
import { chooseFindings } from "../../../src/discover/choose.ts";
import { finding } from "../../support/discover/sample-finding.ts";

describe("chooseFindings", () => {
  it("takes the higher priority, and of equals the first", () => {
    const [low, high, equal] = [finding({ priority: 100 }), finding({ priority: 300 }), finding({ priority: 300 })];
    expect(chooseFindings([low, high, equal])).toEqual([high]);
    expect(chooseFindings([equal, high, low])[0]).toBe(equal);
  });

  it("takes one for each provider", () => {
    const [a, b] = [finding({ provider: "a" }), finding({ provider: "b", priority: 1 })];
    expect(chooseFindings([a, b, finding({ provider: "a" })])).toEqual([a, b]);
  });

  it.each([
    ["has expired", { expired: true }],
    ["is for another host", { host: "git.acme.example" }],
    ["is no variable", { values: [{ field: "key", env: [], secret: new Secret("x") }] }],
    ["has no value", { values: [] }],
  ])("never takes what %s, and the next instead", (_why, change) => {
    const next = finding({ priority: 1 });
    expect(chooseFindings([finding({ priority: 500, ...change }), next])).toEqual([next]);
  });
});
