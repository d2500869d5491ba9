import { chmodSync, mkdtempSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { describeBug, openDaemonLog } from "../../../src/daemon/log.ts";

let path = "";

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "kw-log-")), "daemon.log");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const lines = () =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("the daemon's log", () => {
  it("is one JSON line an event, on disk when the call returns, for its owner alone", () => {
    const log = openDaemonLog(path);
    log.info("ready", { pid: 7 });
    log.debug("not at this level");
    expect(lines()).toMatchObject([{ event: "ready", pid: 7 }]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("goes on where it ended", () => {
    openDaemonLog(path).warn("first");
    openDaemonLog(path).error("second");
    expect(lines().map((line) => line["event"])).toEqual(["first", "second"]);
  });

  it("keeps one old file when it has grown large", () => {
    writeFileSync(path, "", { mode: 0o600 });
    truncateSync(path, 5 * 1024 * 1024 + 1);
    openDaemonLog(path).info("ready");
    expect(lines()).toHaveLength(1);
    expect(statSync(`${path}.1`).size).toBe(5 * 1024 * 1024 + 1);
  });

  it("takes its level from KEYWARD_LOG_LEVEL, and info for nonsense", () => {
    vi.stubEnv("KEYWARD_LOG_LEVEL", "debug");
    openDaemonLog(path).debug("shown");
    vi.stubEnv("KEYWARD_LOG_LEVEL", "loud");
    openDaemonLog(path).debug("hidden");
    expect(lines().map((line) => line["event"])).toEqual(["shown"]);
  });

  it("never writes through a link, nor into a file that others can read", () => {
    symlinkSync("/dev/null", path);
    expect(() => openDaemonLog(path)).toThrow(expect.objectContaining({ code: "HOME_UNUSABLE" }));
    const open = `${path}.open`;
    writeFileSync(open, "");
    chmodSync(open, 0o644);
    expect(() => openDaemonLog(open)).toThrow(expect.objectContaining({ code: "HOME_UNSAFE", hint: `chmod 600 '${open}'` }));
  });
});

describe("a bug", () => {
  it("is described by name, code and place, never by its text", () => {
    const canary = "canary of its text";
    const error = Object.assign(new TypeError(canary), { code: "ERR_X", cause: new Error("canary too"), headers: "canary" });
    const described = describeBug(error);
    expect(described).toMatchObject({ name: "TypeError", code: "ERR_X", cause: { name: "Error" } });
    expect(JSON.stringify(described["frames"])).toContain("log.test.ts");
    expect(JSON.stringify(described)).not.toContain("canary");
    expect(describeBug("canary")).toEqual({ name: "string", code: null, frames: [] });
  });
});
