// A disk that is full: the write fails whole and says so, reading goes on, and with space it works again.
// The disk is a small tmpfs inside bubblewrap, so nothing outside can be filled.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { contents, tempProfile } from "../../unit/store/temp-profile.ts";

const CHILD = fileURLToPath(new URL("full-disk-child.mjs", import.meta.url));
const DAEMON_CHILD = fileURLToPath(new URL("full-disk-daemon-child.mjs", import.meta.url));
const DIST = new URL("../../../dist", import.meta.url).href;
const diskOf = (kib: number): string[] => [
  "--bind",
  "/",
  "/",
  "--dev-bind",
  "/dev",
  "/dev",
  "--size",
  String(kib * 1024),
  "--tmpfs",
  "/mnt",
];

const hasBubblewrap = spawnSync("bwrap", [...diskOf(600), "true"]).status === 0;
if (!hasBubblewrap) process.stderr.write("full-disk.test.ts is skipped: bwrap cannot make a small disk here\n");

describe.runIf(hasBubblewrap)("on a disk that cannot be written", () => {
  it("a store is not opened and not made, and its file stays as it is", () => {
    const { directory, key, store } = tempProfile();
    store.close();
    const before = contents(directory);
    const program = `
      const { createProfile } = await import("${DIST}/store/create-profile.js");
      const { openProfile } = await import("${DIST}/store/open-profile.js");
      const codeOf = (use) => { try { use(); return "nothing"; } catch (error) { return error.code ?? String(error); } };
      const key = Buffer.from("${key.toString("hex")}", "hex");
      const at = (name) => ({ directory: ${JSON.stringify(directory)}, name, key });
      console.log(codeOf(() => openProfile(at("work"))), codeOf(() => createProfile(at("second"))));`;
    const readOnly = ["--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--ro-bind", directory, directory];
    const args = [...readOnly, process.execPath, "--input-type=module", "-e", program];
    const done = spawnSync("bwrap", args, { encoding: "utf8" });
    expect({ stdout: done.stdout, stderr: done.stderr }).toEqual({ stdout: "STORE_UNUSABLE STORE_UNUSABLE\n", stderr: "" });
    expect(contents(directory)).toEqual(before);
  });
});

describe.runIf(hasBubblewrap)("on a full disk", () => {
  it("nothing is half-written and everything recovers", () => {
    const done = spawnSync("bwrap", [...diskOf(600), process.execPath, CHILD, "/mnt"], {
      encoding: "utf8",
    });
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

  it("a login fails and says why, tunnels go on, no credential leaves unrecorded; with space, and on a failing store, requests do", () => {
    const args = [...diskOf(4_096), process.execPath, DAEMON_CHILD, "/mnt"];
    const done = spawnSync("bwrap", args, { encoding: "utf8", env: { ...process.env, TMPDIR: "/mnt" } });
    expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(done.stdout)).toEqual({
      before: "200",
      loginWhenFull: "the disk is full",
      tunnelWhenFull: true,
      whenFull: "503AUDIT_FAILED",
      allWereRecorded: true,
      loginAfter: "stored",
      after: "200",
      loginWhenFailing: "cannot be read or written",
      whenFailing: "200",
      loginAfterFailing: "stored",
      isRealKey: true,
      connections: 3,
    });
  });
});
