import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";

const directory = mkdtempSync(join(tmpdir(), "kw-config-"));

describe("config", () => {
  it("sets, gets, lists and unsets without a daemon, in a home it makes 0700", async () => {
    const env = { KEYWARD_HOME: join(directory, "home") };
    expect(await keyward(["config", "set", "daemon.idle_timeout", "2h"], { env })).toMatchObject({
      status: 0,
      stdout: "daemon.idle_timeout = 7200\n",
      calls: [],
    });
    expect((await keyward(["config", "get", "daemon.idle_timeout"], { env })).stdout).toBe("7200\n");
    expect((await keyward(["config", "list"], { env })).stdout).toMatch(/daemon\.idle_timeout +7200 +file/);
    expect((await keyward(["config", "unset", "daemon.idle_timeout"], { env })).stdout).toContain("back to its default: 43200");
    expect((await keyward(["config", "unset", "daemon.idle_timeout"], { env })).stdout).toContain("was not set");
    expect(readFileSync(join(env.KEYWARD_HOME, "config.json"), "utf8")).toBe("{}\n");
  });

  it("refuses unknown keys with the list and bad values with an example, and writes nothing", async () => {
    const env = { KEYWARD_HOME: join(directory, "untouched") };
    expect(await keyward(["config", "set", "no.such", "1"], { env })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("upstream.ca_file") as string,
    });
    expect(await keyward(["config", "set", "ui.port", "99999"], { env })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("for example:") as string,
    });
    expect(existsSync(env.KEYWARD_HOME)).toBe(false);
  });
});
