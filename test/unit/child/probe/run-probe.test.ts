import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Probe } from "../../../../src/child/probe/probes.ts";
import { findProbe, runProbe } from "../../../../src/child/probe/run-probe.ts";

let directory: string;
beforeEach(() => {
  directory = join(realpathSync(mkdtempSync(join(tmpdir(), "kw-probe-"))), "sh");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const shell = (script: string, change: Partial<Probe> = {}): Probe => ({
  id: "sh",
  name: "a shell",
  program: "sh",
  args: ["-c", script],
  ...change,
});
const run = (probe: Probe, change: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
  runProbe(probe, {
    env: { PATH: process.env["PATH"] ?? "" },
    url: "https://echo.keyward.test/probe/sh",
    key: "placeholder-1",
    directory,
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    ...change,
  });

describe("a probe", () => {
  it("gets address, placeholder and files, in a directory of its own", async () => {
    const probe = shell('printf "%s %s %s" "{url}" "{key}" "$EXTRA" > seen; cat {directory}/given >> seen', {
      env: { EXTRA: "{directory}" },
      files: { given: " text" },
    });
    expect(await run(probe)).toBe("ran");
    expect(readFileSync(join(directory, "seen"), "utf8")).toBe(`https://echo.keyward.test/probe/sh placeholder-1 ${directory} text`);
  });

  it("ran, whatever its status is, but for the one that means absent", async () => {
    expect(await run(shell("exit 3"))).toBe("ran");
    expect(await run(shell("exit 77"))).toBe("absent");
  });

  it("that hangs is ended", async () => {
    expect(await run(shell("exec sleep 60"), { timeoutMs: 200 })).toBe("hung");
  });

  it("is ended when the whole diagnosis is", async () => {
    const stop = new AbortController();
    const ended = run(shell("exec sleep 60"), { signal: stop.signal });
    stop.abort();
    expect(await ended).toBe("hung");
  });

  it("is found on the PATH, or not", () => {
    expect(findProbe(shell(""), process.env, "/")).toMatch(/\/sh$/);
    expect(findProbe(shell("", { program: "no-such-client" }), process.env, "/")).toBeNull();
  });
});
