import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { daemonEnvironment } from "../../../src/config/environment.ts";
import { connectControl } from "../../../src/control/client.ts";
import { ensureDaemon } from "../../../src/control/start-daemon.ts";
import { outputMatching, withLimit } from "../../support/wait.ts";
import { DaemonHome, PROGRAM } from "./daemon-home.ts";

let home: DaemonHome;

beforeEach(() => {
  home = new DaemonHome();
});
afterEach(() => home.remove());

function modesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    const mode = (lstatSync(path).mode & 0o777).toString(8);
    const wrong = mode === (entry.isDirectory() ? "700" : "600") ? [] : [`${path} ${mode}`];
    return entry.isDirectory() ? [...wrong, ...modesBelow(path)] : wrong;
  });
}

describe("starting", () => {
  it("gives a daemon that answers, and the same one to the next command", async () => {
    const first = await home.connect();
    const second = await home.connect();
    expect(second.daemon.pid).toBe(first.daemon.pid);
    expect(home.pid).toBe(first.daemon.pid);
    expect(await first.call("daemon.status", {})).toMatchObject({
      profile: "default",
      profileState: "absent",
      liveRuns: 0,
      proxyPort: null,
    });
    expect(modesBelow(home.paths.home)).toEqual([]);
    expect(existsSync(join(home.paths.profiles, "default.db"))).toBe(false);
  });

  it("keeps every file private although the umask is open", async () => {
    const umask = process.umask(0);
    try {
      const client = await home.connect();
      await client.call("connection.store", store());
      await client.call("run.start", run());
      expect(modesBelow(home.paths.home)).toEqual([]);
    } finally {
      process.umask(umask);
    }
  });

  it("fifty times at once gives one daemon that serves all fifty", async () => {
    const clients = await Promise.all(Array.from({ length: 50 }, () => home.connect()));
    expect(new Set(clients.map((client) => client.daemon.pid)).size).toBe(1);
    const statuses = await Promise.all(clients.map((client) => client.call("daemon.status", {})));
    expect(statuses.every((status) => status.pid === home.pid)).toBe(true);
    expect(home.log.match(/"event":"ready"/g)).toHaveLength(1);
  });

  it("by ten processes at once that know nothing of each other gives one daemon", async () => {
    mkdirSync(home.paths.home, { mode: 0o700 });
    const racers = Array.from({ length: 10 }, () =>
      spawn(process.execPath, [PROGRAM, "--ready-fd=3"], { env: home.env, stdio: ["ignore", "ignore", "inherit", "pipe"] }),
    );
    const said = await Promise.all(
      racers.map(async (racer) => (await outputMatching(racer.stdio[3] as NodeJS.ReadableStream as never, /.+\n/))[0]),
    );
    expect(said.filter((line) => line.includes("ready"))).toHaveLength(1);
    expect(said.filter((line) => line.includes("held"))).toHaveLength(9);
    const client = await home.connect();
    expect(client.daemon.pid).toBe(racers[said.findIndex((line) => line.includes("ready"))]?.pid);
  });

  it("hands the reason to the caller when the home is not safe", async () => {
    mkdirSync(home.paths.home, { mode: 0o700 });
    chmodSync(home.paths.home, 0o755);
    await expect(home.connect()).rejects.toMatchObject({ code: "HOME_UNSAFE", hint: expect.stringContaining("chmod 700") as string });
    chmodSync(home.paths.home, 0o700);
    expect((await home.connect()).daemon.pid).toBeGreaterThan(0);
  });

  it("refuses a home that is a link to somewhere else", async () => {
    mkdirSync(join(home.root, "elsewhere"), { mode: 0o700 });
    symlinkSync(join(home.root, "elsewhere"), home.paths.home);
    await expect(home.connect()).rejects.toMatchObject({ code: "HOME_UNSAFE" });
    expect(readdirSync(join(home.root, "elsewhere"))).toEqual([]);
  });

  it("says that the daemon died when its program cannot run", async () => {
    const program = join(home.root, "broken.mjs");
    writeFileSync(program, "throw new Error('no')");
    const starting = ensureDaemon(home.paths, { environment: daemonEnvironment(home.env), program });
    await expect(starting).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE", hint: "keyward daemon logs" });
  });

  it("gives up in time on a program that never becomes ready", async () => {
    const program = join(home.root, "slow.mjs");
    writeFileSync(program, "setTimeout(() => {}, 3_000)");
    const starting = ensureDaemon(home.paths, { environment: daemonEnvironment(home.env), program, timeoutMs: 300 });
    await expect(starting).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
  });

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

describe("what another left behind", () => {
  it("after kill -9 is taken over", async () => {
    const first = await home.connect();
    await home.kill(first);
    expect(lstatSync(home.paths.controlSocket).isSocket()).toBe(true);
    expect(existsSync(home.paths.daemonLock)).toBe(true);
    const second = await home.connect();
    expect(second.daemon.pid).not.toBe(first.daemon.pid);
    expect(home.pid).toBe(second.daemon.pid);
  });

  it("with a pid that belongs to someone else today is taken over, and nobody is signalled", async () => {
    const stranger = spawn("sleep", ["60"]);
    try {
      mkdirSync(home.paths.home, { mode: 0o700 });
      mkdirSync(home.paths.state, { mode: 0o700 });
      writeFileSync(
        home.paths.daemonLock,
        JSON.stringify({ pid: stranger.pid, startedAt: "1", socket: home.paths.controlSocket, version: "0.1.0" }),
        { mode: 0o600 },
      );
      writeFileSync(home.paths.controlSocket, "no socket");
      await home.connect();
      expect(stranger.exitCode).toBeNull();
      expect(stranger.signalCode).toBeNull();
    } finally {
      stranger.kill();
    }
  });

  it("a hung daemon is reported, not waited for without end, and not killed", async () => {
    const client = await home.connect();
    process.kill(client.daemon.pid, "SIGSTOP");
    try {
      await expect(connectControl(home.paths.controlSocket, { helloTimeoutMs: 200 })).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
      const waiting = ensureDaemon(home.paths, { environment: daemonEnvironment(home.env), program: PROGRAM, timeoutMs: 300 });
      await expect(waiting).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
    } finally {
      process.kill(client.daemon.pid, "SIGCONT");
    }
    expect(await client.call("daemon.status", {})).toMatchObject({ pid: client.daemon.pid });
  });

  it("a removed socket file comes back", async () => {
    const client = await home.connect();
    spawnSync("rm", [home.paths.controlSocket]);
    const again = await home.connect();
    expect(again.daemon.pid).toBe(client.daemon.pid);
  });

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
    await withLimit(client.closed, "the daemon to go idle", 10_000);
    await expect.poll(() => home.log).toContain('"reason":"idle"');
  });

  it("does not come while a run lives", async () => {
    mkdirSync(home.paths.home, { mode: 0o700 });
    home.set({ "daemon.idle_timeout": 1 });
    const client = await home.connect();
    const owner = spawn("sleep", ["2"]);
    const { identifyProcess } = await import("../../../src/core/process-identity.ts");
    await client.call("run.start", { ...run(), owner: identifyProcess(owner.pid!) });
    await once(owner, "exit");
    expect(await client.call("daemon.status", {})).toMatchObject({ pid: client.daemon.pid });
    await withLimit(client.closed, "the daemon to go idle", 40_000);
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

function store() {
  return { profile: null, provider: "openai", connection: null, fields: { key: `sk-${"a1".repeat(24)}` }, force: false };
}

function run() {
  return { profile: null, command: "x", selection: { connections: [], providers: [] }, layers: [], owner: null, ttlMs: 60_000 };
}
