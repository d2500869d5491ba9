import { describe, expect, it } from "vitest";
import { pass } from "../../../src/backends/pass.ts";
import { refusalOf, testMachine } from "../../support/backend-tools.ts";

/** As pass does: `show NAME` prints the entry; one that is not there ends with 1. */
const PASS = `#!/bin/sh
[ "$1" = show ] && [ $# = 2 ] || exit 1
[ "$PASSWORD_STORE_DIR" = /store ] || { echo "Error: no store" >&2; exit 1; }
case "$2" in
  api/openai) printf 'first-line\\nUser: someone\\nurl: https://x\\n' ;;
  api/blank) printf '\\nuser: someone\\n' ;;
  *) echo "Error: $2 is not in the password store." >&2; exit 1 ;;
esac
`;

describe("pass", () => {
  it("gives the first line, or the line of a field", async () => {
    const { tools, variables, install } = testMachine();
    install("pass", PASS);
    variables["PASSWORD_STORE_DIR"] = "/store";
    expect((await pass.read("api/openai", tools)).reveal()).toBe("first-line");
    expect((await pass.read("api/openai#user", tools)).reveal()).toBe("someone");
    expect(await refusalOf(pass.read("api/openai#token", tools))).toContain("has no line 'token:'");
    expect(await refusalOf(pass.read("api/blank", tools))).toContain("first line of the entry in pass is empty");
    expect(await refusalOf(pass.read("api/none", tools))).toBe("SECRET_UNAVAILABLE pass failed with status 1");
  });
});
