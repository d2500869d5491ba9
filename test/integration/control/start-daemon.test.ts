import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { daemonEnvironment } from "../../../src/config/environment.ts";
import { resolvePaths } from "../../../src/config/paths.ts";
import { connectControl } from "../../../src/control/client.ts";
import { ensureDaemon } from "../../../src/control/start-daemon.ts";
import { identifyProcess } from "../../../src/core/process-identity.ts";
import { outputMatching } from "../../support/wait.ts";
import { DaemonHome, PROGRAM } from "../daemon/daemon-home.ts";

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

  it("says that no home can be made below a file", async () => {
    const file = join(home.root, "file");
    writeFileSync(file, "");
    const below = resolvePaths({ KEYWARD_HOME: join(file, "home") });
    const start = ensureDaemon(below, { environment: daemonEnvironment({}), program: PROGRAM });
    await expect(start).rejects.toMatchObject({ code: "HOME_UNUSABLE", message: expect.stringContaining(file) as string });
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
    const starts = join(home.root, "starts");
    writeFileSync(
      program,
      `import { appendFileSync } from "node:fs"; appendFileSync(${JSON.stringify(starts)}, "."); throw new Error("no");`,
    );
    const starting = ensureDaemon(home.paths, { environment: daemonEnvironment(home.env), program });
    await expect(starting).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE", hint: "keyward daemon logs" });
    // Not again and again.
    expect(readFileSync(starts, "utf8")).toBe("..");
  });

  it("is done once more for a daemon that is killed while it starts", async () => {
    const program = join(home.root, "killed-once.mjs");
    const marker = join(home.root, "was-killed");
    writeFileSync(
      program,
      `import { existsSync, writeFileSync } from "node:fs";
       if (!existsSync(${JSON.stringify(marker)})) { writeFileSync(${JSON.stringify(marker)}, ""); process.kill(process.pid, "SIGKILL"); }
       else await import(${JSON.stringify(PROGRAM)});`,
    );
    const client = await ensureDaemon(home.paths, { environment: daemonEnvironment(home.env), program });
    try {
      expect(existsSync(marker)).toBe(true);
      expect(await client.call("daemon.status", {})).toMatchObject({ pid: home.pid });
    } finally {
      await client.call("daemon.stop", {});
      await client.closed;
    }
  });

  it("gives up in time on a program that never becomes ready", async () => {
    const program = join(home.root, "slow.mjs");
    writeFileSync(program, "setTimeout(() => {}, 3_000)");
    const starting = ensureDaemon(home.paths, { environment: daemonEnvironment(home.env), program, timeoutMs: 300 });
    await expect(starting).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
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

  it.runIf(process.platform === "linux").each([
    ["does nothing is hung, and nobody waits", "", { timeoutMs: 20_000, hasWaited: false }],
    [
      "is only slow is waited for",
      "setInterval(() => { for (const end = Date.now() + 60; Date.now() < end; ); }, 1);",
      { timeoutMs: 1_500, hasWaited: true },
    ],
  ])("a daemon that says nothing and %s", async (_what, work, { timeoutMs, hasWaited }) => {
    mkdirSync(home.paths.state, { recursive: true, mode: 0o700 });
    const program = join(home.root, "silent.mjs");
    const listen = `createServer(() => {}).listen(${JSON.stringify(home.paths.controlSocket)}, () => console.log("up"));`;
    writeFileSync(program, `import { createServer } from "node:net"; ${listen} ${work}`);
    const silent = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      await once(silent.stdout, "data");
      const holder = { ...identifyProcess(silent.pid ?? 0), socket: home.paths.controlSocket, version: "0.1.0" };
      writeFileSync(home.paths.daemonLock, JSON.stringify(holder), { mode: 0o600 });
      const startedAtMs = performance.now();
      const limits = { timeoutMs, silenceMs: 400 };
      const waiting = ensureDaemon(home.paths, { environment: daemonEnvironment(home.env), program: PROGRAM, ...limits });
      await expect(waiting).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
      expect(performance.now() - startedAtMs >= timeoutMs - 5).toBe(hasWaited);
    } finally {
      silent.kill("SIGKILL");
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
});

function store() {
  return {
    profile: null,
    provider: "openai",
    connection: null,
    fields: { key: `sk-${"a1".repeat(24)}` },
    force: false,
    checks: { anyShape: false, doubtful: "warn", verify: false } as const,
  };
}

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
