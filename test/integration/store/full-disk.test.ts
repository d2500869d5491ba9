// A disk that is full: the write fails whole and says so, reading goes on, and with space it works again.
// The disk is a small tmpfs inside bubblewrap, so nothing outside can be filled.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const CHILD = fileURLToPath(new URL("full-disk-child.mjs", import.meta.url));
const SMALL_DISK = ["--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--size", String(600 * 1024), "--tmpfs", "/mnt"];

const hasBubblewrap = spawnSync("bwrap", [...SMALL_DISK, "true"]).status === 0;
if (!hasBubblewrap) process.stderr.write("full-disk.test.ts is skipped: bwrap cannot make a small disk here\n");

describe.runIf(hasBubblewrap)("on a full disk", () => {
  it("nothing is half-written and everything recovers", () => {
    const done = spawnSync("bwrap", [...SMALL_DISK, process.execPath, CHILD, "/mnt"], { encoding: "utf8" });
    expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(done.stdout)).toEqual({
      storeCode: "STORE_FULL",
      isOldValueThere: true,
      couldRead: true,
      createCode: "STORE_FULL",
      filesOfFailedCreation: [],
      descriptorCode: "STORE_FULL",
      auditCode: "AUDIT_FAILED",
      worksAgain: true,
      firstBadSeq: null,
    });
  });
});
