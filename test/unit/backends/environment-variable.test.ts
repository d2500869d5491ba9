import { expect, it } from "vitest";
import { environmentVariable } from "../../../src/backends/environment-variable.ts";
import { refusalOf, testMachine } from "../../support/backend-tools.ts";

it("reads the variable, says which it wants, and names it when it is not set", async () => {
  const { tools, variables } = testMachine();
  expect(environmentVariable.variables("TEAM_KEY")).toEqual(["TEAM_KEY"]);
  expect(await refusalOf(environmentVariable.read("TEAM_KEY", tools))).toBe("SECRET_UNAVAILABLE the variable TEAM_KEY is not set");
  variables["TEAM_KEY"] = "";
  expect(await refusalOf(environmentVariable.read("TEAM_KEY", tools))).toContain("is not set");
  variables["TEAM_KEY"] = "value";
  expect((await environmentVariable.read("TEAM_KEY", tools)).reveal()).toBe("value");
});
