import { expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { releaseEnvironment } from "../../../../src/discover/release/environment.ts";
import { finding } from "../../../support/discover/sample-finding.ts";

const value = (secret: string, ...env: string[]) => ({ field: "key", env, secret: new Secret(secret) });

it("writes every variable of every finding, sorted by name as bytes sort", () => {
  const chosen = [finding({ values: [value("1", "B", "a"), value("2", "C")] }), finding({ values: [value("3", "A_B", "AB")] })];
  expect(releaseEnvironment(chosen)).toEqual([
    ["AB", "3"],
    ["A_B", "3"],
    ["B", "1"],
    ["C", "2"],
    ["a", "1"],
  ]);
});

it("gives a name that two claim to the higher priority", () => {
  const [low, high] = [finding({ priority: 10, values: [value("low", "X")] }), finding({ priority: 20, values: [value("high", "X")] })];
  expect(releaseEnvironment([low, high])).toEqual([["X", "high"]]);
});
