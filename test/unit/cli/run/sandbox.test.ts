import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createContext, type Context, type World } from "../../../../src/cli/context.ts";
import { prepareSandbox } from "../../../../src/cli/run/sandbox.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "kw-prepare-")));
  for (const directory of ["user/app", "kw/state", "extra"]) mkdirSync(join(root, directory), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function context(cwd: string): Context {
  const environment = { HOME: join(root, "user"), KEYWARD_HOME: join(root, "kw"), PATH: "/usr/bin:/bin" };
  return createContext({ environment, cwd: join(root, cwd) } as unknown as World, {
    json: false,
    profile: undefined,
    verbose: false,
    colour: false,
  });
}

describe("prepareSandbox", () => {
  it("says what will be writable, and where the program's files will be", async () => {
    const bind = [join(root, "extra"), "/etc:ro"];
    const prepared = await prepareSandbox({ bind }, context("user/app"));
    expect(prepared.description).toBe(`sandboxed, ${join(root, "user/app")}, ${join(root, "extra")} writable`);
    expect(prepared.place).toEqual({ directory: join(root, "kw/state/public"), isSandboxed: true });
  });

  it("refuses before anything begins where there is no project", async () => {
    await expect(prepareSandbox({}, context("user"))).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
    await expect(prepareSandbox({}, context("kw/state"))).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
  });

  it("refuses a path that cannot be shown", async () => {
    await expect(prepareSandbox({ bind: ["/nowhere/at/all"] }, context("user/app"))).rejects.toMatchObject({ code: "USAGE" });
  });
});
