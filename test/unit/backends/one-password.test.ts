import { describe, expect, it } from "vitest";
import { onePassword, withVariables } from "../../../src/backends/one-password.ts";
import { refusalOf, testMachine } from "../../support/backend-tools.ts";

/** As op 2 does: `read --no-newline REFERENCE`; without a session it says so on stderr and ends with 1. */
const OP = `#!/bin/sh
[ "$1" = read ] && [ "$2" = --no-newline ] && [ $# = 3 ] || { echo "[ERROR] unknown command" >&2; exit 1; }
[ -n "$OP_SERVICE_ACCOUNT_TOKEN" ] || { echo "[ERROR] you are not currently signed in" >&2; exit 1; }
case "$3" in
  "op://Team Keys/OpenAI/credential") printf %s "value-of-op" ;;
  *) echo "[ERROR] could not read secret $3: isn't an item" >&2; exit 1 ;;
esac
`;

describe("1Password", () => {
  it("is asked with its own program, which gets the token of the caller", async () => {
    const { tools, variables, install } = testMachine();
    install("op", OP);
    expect(await refusalOf(onePassword.read("Team Keys/OpenAI/credential", tools))).toBe(
      "SECRET_UNAVAILABLE 1Password's op failed with status 1",
    );
    variables["OP_SERVICE_ACCOUNT_TOKEN"] = "ops_token";
    expect((await onePassword.read("Team Keys/OpenAI/credential", tools)).reveal()).toBe("value-of-op");
    expect(await refusalOf(onePassword.read("Team Keys/None/credential", tools))).toContain("failed with status 1");
    expect(onePassword.variables("x")).toContain("OP_SERVICE_ACCOUNT_TOKEN");
  });

  it("is said to be missing where there is no op", async () => {
    const { tools } = testMachine();
    expect(await refusalOf(onePassword.read("a/b/c", tools))).toContain("is not installed");
  });
});

it("adds only variables that are set", () => {
  expect(withVariables({ PATH: "/bin" }, ["A", "B", "C"], (name) => ({ A: "1", B: "" })[name])).toEqual({ PATH: "/bin", A: "1" });
});
