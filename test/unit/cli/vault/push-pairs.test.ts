import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { maskValue } from "../../../../src/cli/vault/push-pairs.ts";
import { keyward, type FakeOptions } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";
import { testMachine } from "../../../support/backend-tools.ts";

function push(words: readonly string[], options: FakeOptions = {}) {
  const { directory } = testMachine();
  writeFileSync(join(directory, ".env"), "A=file\nB=file\nC=file\n");
  return keyward(["vault", "push", ...words], { answers: ANSWERS, cwd: directory, ...options });
}

describe("what is pushed", () => {
  it("is the variable before the argument before the file", async () => {
    const done = await push(["--from-file", ".env", "B=argument", "C=argument", "--from-env", "C,D", "--yes"], {
      env: { C: "variable", D: "variable" },
    });
    expect(done.status).toBe(0);
    expect(done.calls.map(({ params }) => (params as { dryRun: boolean }).dryRun)).toEqual([true, false]);
    expect(done.calls[1]?.params).toMatchObject({
      scope: "workspace",
      pairs: [
        { name: "A", value: "file" },
        { name: "B", value: "argument" },
        { name: "C", value: "variable" },
        { name: "D", value: "variable" },
      ],
    });
  });

  it("is shown masked, and stored only after a yes", async () => {
    const value = "abcd-this-is-hidden-wxyz";
    const asked = await push([`KEY=${value}`]);
    expect(asked.status).toBe(4);
    expect(asked.calls).toHaveLength(1);
    expect(asked.stdout).toContain("abcd****wxyz");
    expect(asked.stdout + asked.stderr).not.toContain(value);
    expect(asked.stderr.split("\n").filter((line) => line.startsWith("warning:"))).toHaveLength(1);
    expect((await push([`KEY=${value}`], { typed: ["n\r"] })).status).toBe(4);
    const done = await push([`KEY=${value}`], { typed: ["y\r"] });
    expect([done.status, done.calls.length]).toEqual([0, 2]);
  });

  it("is refused where something is missing, without a value in the words", async () => {
    expect(await push([])).toMatchObject({ status: 2 });
    expect(await push(["not-a-pair-secret-text"])).toMatchObject({ status: 2, stderr: expect.not.stringContaining("secret-text") });
    expect(await push(["--from-env", "KEYWARD_TEST_UNSET"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("not set: KEYWARD_TEST_UNSET"),
    });
    expect(await push(["--from-env", "A B"])).toMatchObject({ status: 2 });
    expect(await push(["A=", "--yes"])).toMatchObject({ status: 2, stderr: expect.stringContaining("A has no value") });
    expect(await push(["--from-file", "absent.env"])).toMatchObject({ status: 2 });
    expect(await push(["A=x", "--scope", "org"])).toMatchObject({ status: 2 });
  });
});

it.each([
  ["", ""],
  ["abcdefghijkl", "************"],
  ["abcdefghijklm", "abcd****jklm"],
  ["😀😀😀😀-----😀😀😀😀", "😀😀😀😀****😀😀😀😀"],
])("masks %j as %j", (value, masked) => {
  expect(maskValue(value)).toBe(masked);
});
