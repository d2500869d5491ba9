import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { valueSources } from "../../../../src/cli/vault/read-value.ts";
import { keyward, type FakeOptions } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";
import { testMachine } from "../../../support/backend-tools.ts";

async function stored(words: readonly string[], options: FakeOptions = {}) {
  const done = await keyward(["vault", "put", "KEY", ...words], { answers: ANSWERS, ...options });
  const put = done.calls.find(({ method }) => method === "vault.put")?.params as { value: string } | undefined;
  return { ...done, value: put?.value };
}

describe("the value of a secret", () => {
  it("comes from a pipe, a variable, a file, a question, of which only the last line end is cut", async () => {
    const { directory } = testMachine();
    writeFileSync(join(directory, "key"), " two\nlines \r\n");
    expect((await stored(["--stdin"], { stdin: "piped\n\n" })).value).toBe("piped\n");
    expect((await stored(["--from-env", "K"], { env: { K: "variable" } })).value).toBe("variable");
    expect((await stored(["--from-file", "key"], { cwd: directory })).value).toBe(" two\nlines ");
    const typed = await stored([], { typed: ["typed-value\r"] });
    expect([typed.value, typed.stderr.includes("typed-value")]).toEqual(["typed-value", false]);
  });

  it("works as an argument, with one line of warning and without being printed", async () => {
    const done = await stored(["argument-value"]);
    expect([done.status, done.value]).toEqual([0, "argument-value"]);
    expect(done.stderr).toMatch(/^warning: [^\n]+\n$/);
    expect(done.stdout + done.stderr).not.toContain("argument-value");
  });

  it("is never empty, never from two places, and not asked for where nobody is", async () => {
    expect(await stored(["--stdin"], { stdin: "\n" })).toMatchObject({ status: 2, value: undefined });
    expect(await stored(["x", "--stdin"], { stdin: "y" })).toMatchObject({ status: 2, value: undefined });
    expect(await stored([])).toMatchObject({ status: 4, value: undefined, stderr: expect.stringContaining("--stdin") });
    expect(await stored(["--from-env", "KEYWARD_TEST_UNSET"])).toMatchObject({ status: 2, value: undefined });
    expect(() => valueSources({ stdin: true, fromEnv: "A", fromFile: "b" })).toThrow(
      "--stdin and --from-env and --from-file exclude each other",
    );
  });
});
