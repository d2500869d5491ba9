import { expect, it } from "vitest";
import { FormatProblem } from "../../../../src/discover/formats/format-problem.ts";

it("is told from other errors by its class and name", () => {
  const problem = new FormatProblem("it is not valid JSON");
  expect(problem).toBeInstanceOf(Error);
  expect(problem).toMatchObject({ name: "FormatProblem", message: "it is not valid JSON" });
  expect(new SyntaxError("x")).not.toBeInstanceOf(FormatProblem);
});
