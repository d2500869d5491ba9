import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { claimStart, type LockHolder, readLock, releaseLock, takeLock } from "../../../src/control/daemon-lock.ts";
import { identifyProcess } from "../../../src/core/process-identity.ts";

const self: LockHolder = { ...identifyProcess(process.pid)!, socket: "/s", version: "1.0.0" };
let path = "";

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "kw-lock-")), "daemon.lock");
});

/** An identity that was real and is gone. */
async function deadHolder(): Promise<LockHolder> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const identity = identifyProcess(child.pid!)!;
  child.kill("SIGKILL");
  await once(child, "exit");
  return { ...identity, socket: "/s", version: "1.0.0" };
}

describe("the daemon lock", () => {
  it("goes to the first and names it to the second", () => {
    expect(takeLock(path, self)).toEqual({ taken: true });
    expect(readLock(path)).toEqual(self);
    expect(takeLock(path, { ...self, socket: "/other" })).toEqual({ taken: false, holder: self });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, ".."))).toEqual(["daemon.lock"]);
  });

  it("of a dead process is taken over", async () => {
    writeFileSync(path, JSON.stringify(await deadHolder()));
    expect(readLock(path)).toBeNull();
    expect(takeLock(path, self)).toEqual({ taken: true });
    expect(readLock(path)).toEqual(self);
  });

  it("of a pid that another process has today is taken over", () => {
    writeFileSync(path, JSON.stringify({ ...self, startedAt: "1" }));
    expect(takeLock(path, self)).toEqual({ taken: true });
  });

  it("is none where a file lies in the home's place, and an error where the home is somebody else's", () => {
    writeFileSync(path, "");
    expect(readLock(join(path, "state", "daemon.lock"))).toBeNull();
    // As unreadable as another user's, for root as well.
    mkdirSync(`${path}.d`);
    expect(() => readLock(`${path}.d`)).toThrow(
      expect.objectContaining({ code: "HOME_UNUSABLE", message: `cannot read ${path}.d (EISDIR)` }),
    );
  });

  it.each(["", "{", "null", "[]", '{"pid":1}', "\u0000\u0001"])("that is damaged counts as left over: %j", (text) => {
    writeFileSync(path, text);
    expect(takeLock(path, self)).toEqual({ taken: true });
  });

  it("is broken although an earlier breaker died over it", async () => {
    const dead = JSON.stringify(await deadHolder());
    writeFileSync(path, dead);
    writeFileSync(`${path}.break`, dead);
    writeFileSync(`${path}.break.break`, dead);
    expect(takeLock(path, self)).toEqual({ taken: true });
    expect(readdirSync(join(path, ".."))).toEqual(["daemon.lock"]);
  });

  it("is released by its holder only", async () => {
    takeLock(path, self);
    releaseLock(path, await deadHolder());
    expect(readLock(path)).toEqual(self);
    releaseLock(path, self);
    expect(readLock(path)).toBeNull();
  });

  it("in a directory that cannot be written says so", () => {
    expect(() => takeLock("/proc/nowhere/daemon.lock", self)).toThrow(expect.objectContaining({ code: "HOME_UNUSABLE" }));
  });
});

describe("a claim to start the daemon", () => {
  it("is one process's until it is done with it, or dead", async () => {
    const release = claimStart(path, self);
    expect(claimStart(path, self)).toBe("another");
    if (release === "another") throw new Error("it was free");
    release();
    expect(readLock(path)).toBeNull();
    writeFileSync(path, JSON.stringify(await deadHolder()));
    expect(claimStart(path, self)).not.toBe("another");
    expect(readLock(path)).toEqual(self);
  });

  it("is everybody's where it cannot be written", () => {
    const nowhere = join(path, "not", "there");
    for (let at = 0; at < 2; at++) expect(claimStart(nowhere, self)).not.toBe("another");
    // A directory of that name can be read as little.
    expect(claimStart(dirname(path), self)).not.toBe("another");
  });
});
