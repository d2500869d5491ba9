import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../../src/core/errors.ts";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

describe("status", () => {
  it("shows everything at a glance and what needs a login", async () => {
    const { stdout, stderr, status } = await keyward(["status"], { answers: ANSWERS });
    expect(status).toBe(0);
    expect(stdout).toMatch(/daemon: +keyward 0\.1\.0, pid/);
    expect(stdout).toMatch(/hub: +not linked/);
    expect(stderr).toContain("openai (work) is expired: keyward login openai --force");
  });

  it("starts no daemon", async () => {
    const done = await keyward(["status", "--json"], { answers: ANSWERS, daemonRuns: false });
    expect(JSON.parse(done.stdout)).toMatchObject({ daemon: { running: false }, connections: null, runs: [], hub: { logged_in: false } });
    expect(done.calls).toEqual([]);
  });

  it("goes on when the profile is locked", async () => {
    const locked = () => {
      throw new KeywardError("PROFILE_LOCKED", "the profile is locked");
    };
    const done = await keyward(["status"], { answers: { ...ANSWERS, "connection.list": locked } });
    expect(done).toMatchObject({ status: 0, stderr: expect.stringContaining("the profile is locked") as string });
    expect(done.stdout).toMatch(/connections: +not looked at/);
  });
});
