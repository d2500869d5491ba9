import { describe, expect, it } from "vitest";
import { type Answers, keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS, SECRET } from "../../../support/cli/sample-answers.ts";

const two = (first: Record<string, string>, second: Record<string, string>): Answers => ({
  "connection.reveal": {
    connections: [
      { provider: "one", name: "default", fields: {}, env: first },
      { provider: "two", name: "work", fields: {}, env: second },
    ],
  },
});

describe("export", () => {
  it("prints NAME=value on stdout and nothing else", async () => {
    expect(await keyward(["export", "openai", "--yes"], { answers: ANSWERS })).toMatchObject({
      status: 0,
      stdout: `OPENAI_API_KEY=${SECRET}\n`,
      stderr: "",
    });
  });

  it("names both connections when two declare one variable", async () => {
    const done = await keyward(["export", "--yes"], { answers: two({ A: "1", KEY: "2" }, { KEY: "3" }) });
    expect(done).toMatchObject({ status: 5, stdout: "" });
    expect(done.stderr).toContain("KEY belongs to both one (default) and two (work)");
  });

  it("writes all providers, in fish's grammar for a fish user", async () => {
    const answers = two({ A: "1" }, { B: "x y" });
    expect((await keyward(["export", "--yes"], { answers })).stdout).toBe("A=1\nB='x y'\n");
    expect((await keyward(["export", "--yes"], { answers, env: { SHELL: "/usr/bin/fish" } })).stdout).toBe(
      "set -gx A '1'\nset -gx B 'x y'\n",
    );
  });

  it("refuses --connection without a provider", async () => {
    expect((await keyward(["export", "--connection", "work", "--yes"], { answers: ANSWERS })).status).toBe(2);
  });

  it("prints what there is, names each login that is over, and ends with its status", async () => {
    const error = {
      code: "LOGIN_EXPIRED",
      message: "the login of two (work) is over",
      hint: "keyward login two --connection work",
    } as const;
    const answers: Answers = {
      "connection.reveal": {
        connections: [{ provider: "one", name: "default", fields: {}, env: { A: "1" } }],
        failed: [{ provider: "two", name: "work", error }],
      },
    };
    const done = await keyward(["export", "--yes"], { answers });
    expect(done).toMatchObject({ status: 3, stdout: "A=1\n" });
    expect(done.stderr).toContain(error.message);
    expect(done.stderr).toContain(error.hint);
    const object = await keyward(["export", "--yes", "--json"], { answers });
    expect(object.status).toBe(3);
    expect(JSON.parse(object.stdout)).toEqual({
      connections: [{ provider: "one", connection: "default" }],
      variables: { A: "1" },
      failed: [{ provider: "two", connection: "work", code: "LOGIN_EXPIRED" }],
    });
    expect(JSON.parse(object.stderr)).toEqual({ error: { ...error, next_steps: [{ command: error.hint }] } });
  });
});
