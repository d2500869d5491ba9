import { expect, it } from "vitest";
import { CallerVariables } from "../../../../src/daemon/vault/caller-variables.ts";

it("keeps what a command handed over, says what changed, and falls back on the daemon's own", () => {
  const variables = new CallerVariables();
  expect(variables.read("PATH")).toBe(process.env["PATH"]);
  expect(variables.read("KEYWARD_TEST_UNSET")).toBeUndefined();
  expect([...variables.supply({ A: "1", B: "2" })]).toEqual(["A", "B"]);
  expect([...variables.supply({ A: "1", B: "3" })]).toEqual(["B"]);
  expect(variables.read("B")).toBe("3");
});
