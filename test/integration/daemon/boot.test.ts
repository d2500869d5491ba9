import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outputMatching, withLimit } from "../../support/wait.ts";
import { DaemonHome, PROGRAM } from "./daemon-home.ts";

let home: DaemonHome;

beforeEach(() => {
  home = new DaemonHome();
});
afterEach(() => home.remove());

describe("the environment", () => {
  it("ignores what the environment wants to load or redirect", async () => {
    const marker = join(home.root, "loaded");
    const hook = join(home.root, "hook.cjs");
    writeFileSync(hook, `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "x")`);
    Object.assign(home.env, { NODE_OPTIONS: `--require ${hook}`, NODE_TLS_REJECT_UNAUTHORIZED: "0", HTTPS_PROXY: "http://127.0.0.1:9" });
    const { daemon } = await home.connect();
    expect(existsSync(marker)).toBe(false);
    const environment = readFileSync(`/proc/${daemon.pid}/environ`, "utf8");
    expect(environment).not.toMatch(/NODE_|_PROXY/);
  });

  it("by hand in such an environment runs in a clean one, and passes the signal on", async () => {
    const byHand = spawn(process.execPath, [PROGRAM, "--ready-fd=3"], {
      env: { ...home.env, NODE_TLS_REJECT_UNAUTHORIZED: "0", https_proxy: "http://127.0.0.1:9" },
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    await outputMatching(byHand.stdio[3] as never, /"ready":true/);
    const client = await home.connect();
    expect(client.daemon.pid).not.toBe(byHand.pid);
    expect(readFileSync(`/proc/${client.daemon.pid}/environ`, "utf8")).not.toMatch(/NODE_|https_proxy/);
    byHand.kill("SIGTERM");
    const [status] = (await once(byHand, "exit")) as [number | null];
    expect(status).toBe(0);
    await client.closed;
  });
});

describe("the log", () => {
  it("a large log is set aside once", async () => {
    await home.connect();
    await home.remove();
    home = new DaemonHome();
    mkdirSync(home.paths.home, { mode: 0o700 });
    mkdirSync(home.paths.state, { mode: 0o700 });
    writeFileSync(home.paths.daemonLog, "", { mode: 0o600 });
    truncateSync(home.paths.daemonLog, 6 * 1024 * 1024);
    await home.connect();
    expect(statSync(`${home.paths.daemonLog}.1`).size).toBeGreaterThanOrEqual(6 * 1024 * 1024);
    expect(statSync(home.paths.daemonLog).size).toBeLessThan(10_000);
  });
});

describe("the end", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("by %s leaves neither lock nor socket", async (signal) => {
    const client = await home.connect();
    process.kill(client.daemon.pid, signal);
    await withLimit(client.closed, "the connection to end");
    await expect.poll(() => existsSync(home.paths.daemonLock)).toBe(false);
    expect(existsSync(home.paths.controlSocket)).toBe(false);
    expect(home.log).toContain('"event":"stopped"');
  });

  it("by daemon.stop answers first, and the next command starts another", async () => {
    const client = await home.connect();
    expect(await client.call("daemon.stop", {})).toEqual({});
    const next = await home.connect();
    expect(next.daemon.pid).not.toBe(client.daemon.pid);
  });

  it("comes by itself when nobody needs it", async () => {
    mkdirSync(home.paths.home, { mode: 0o700 });
    home.set({ "daemon.idle_timeout": 1 });
    const client = await home.connect();
    await withLimit(client.closed, "the daemon to go idle");
    await expect.poll(() => home.log).toContain('"reason":"idle"');
  });

  it("does not come while a run lives", async () => {
    mkdirSync(home.paths.home, { mode: 0o700 });
    home.set({ "daemon.idle_timeout": 1 });
    const client = await home.connect();
    const owner = spawn("sleep", ["120"]);
    const { identifyProcess } = await import("../../../src/core/process-identity.ts");
    await client.call("run.start", { ...run(), owner: identifyProcess(owner.pid!) });
    // Twice the time after which it would be idle.
    await delay(2_000);
    expect(await client.call("daemon.status", {})).toMatchObject({ pid: client.daemon.pid });
    owner.kill();
    await withLimit(client.closed, "the daemon to go idle");
  });
});

describe("the inspector", () => {
  it("stays shut when SIGUSR1 comes", async () => {
    const { daemon } = await home.connect();
    for (let i = 0; i < 3; i++) process.kill(daemon.pid, "SIGUSR1");
    const client = await home.connect();
    expect(await client.call("daemon.status", {})).toMatchObject({ pid: daemon.pid });
    const inspector = connect(9229, "127.0.0.1");
    const [outcome] = await Promise.race([
      once(inspector, "error").then(() => ["refused"]),
      once(inspector, "connect").then(() => ["open"]),
    ]);
    inspector.destroy();
    expect(outcome).toBe("refused");
  });
});

function run() {
  return {
    profile: null,
    command: "x",
    selection: { connections: [], providers: [] },
    layers: [],
    owner: null,
    ttlMs: 60_000,
    network: null,
  };
}
