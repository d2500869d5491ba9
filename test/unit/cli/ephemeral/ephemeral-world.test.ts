import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { World } from "../../../../src/cli/context.ts";
import { openEphemeralWorld, refuseStoring } from "../../../../src/cli/ephemeral/ephemeral-world.ts";
import { COMMAND_NAMES } from "../../../../src/cli/registry.ts";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { fakeControl } from "../../../support/cli/fake-world.ts";

describe("openEphemeralWorld", () => {
  it("ends its daemon and removes its home", async () => {
    const runtime = mkdtempSync(join(tmpdir(), "kw-eph-"));
    // Stands for the daemon: it ends when its line is cut.
    const program = "process.stdin.resume().on('end', () => process.exit(0)).on('close', () => process.exit(0))";
    const daemon = spawn(process.execPath, ["-e", program], { stdio: ["pipe", "ignore", "ignore"] });
    const world: World = {
      stdin: new PassThrough(),
      stdout: { write: () => true },
      stderr: { write: () => true },
      environment: { XDG_RUNTIME_DIR: runtime },
      cwd: "/",
      nowMs: () => 0,
      connect: async (_paths, onTemporary) => {
        onTemporary?.(daemon);
        return fakeControl({});
      },
      find: async () => null,
    };
    const opened = openEphemeralWorld(world, resolvePaths({ KEYWARD_HOME: "/no/such/home" }));
    expect(existsSync(opened.paths.home)).toBe(true);
    await opened.world.connect(opened.paths);
    await opened.end();
    expect(daemon.exitCode).toBe(0);
    expect(readdirSync(runtime)).toEqual([]);
  });
});

describe("refuseStoring", () => {
  it("refuses what would be lost, and only that", () => {
    expect(() => refuseStoring("login")).toThrow("nothing can be stored");
    expect(() => refuseStoring("vault put")).toThrow("nothing can be stored");
    const refused = COMMAND_NAMES.filter((name) => {
      try {
        refuseStoring(name);
        return false;
      } catch {
        return true;
      }
    });
    expect(refused).toContain("creds set");
    expect(refused).not.toContain("run");
    expect(refused.length).toBeLessThan(20);
  });
});
