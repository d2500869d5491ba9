import { describe, expect, it } from "vitest";
import { formatPath, formatProblem, quoteName } from "../../../src/providers/problem.ts";

describe("problems", () => {
  it("write paths as people read them", () => {
    expect(formatPath(["inject", 0, 1, "name"])).toBe("inject[0][1].name");
    expect(formatPath(["$schema"])).toBe("$schema");
    expect(formatPath([])).toBe("");
  });

  it("leave the path out for the whole file", () => {
    expect(formatProblem({ path: [], what: "is empty" })).toBe("is empty");
    expect(formatProblem({ path: ["id"], what: "is missing" })).toBe("id: is missing");
  });

  it("quote names so that they can do nothing to a terminal", () => {
    expect(quoteName('a"b\u001b[31m\u202e\\')).toBe('"a\\u0022b\\u001b[31m\\u202e\\u005c"');
    expect(quoteName("x".repeat(100))).toBe(`"${"x".repeat(60)}…"`);
    expect(formatPath(["a b\n"])).toBe('"a b\\u000a"');
  });
});
