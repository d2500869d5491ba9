// The daemon against other processes of its own user (environment, signals, memory, permissions).
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outputMatching } from "../../support/wait.ts";
import { DaemonHome, PROGRAM } from "./daemon-home.ts";

const ORDINARY = { uid: 64_101, gid: 64_101 };
const isRoot = process.getuid?.() === 0;

let home: DaemonHome;
beforeEach(() => {
  home = new DaemonHome();
});
afterEach(() => home.remove());

/** Every environment variable of the daemon, by name. */
function namesOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/environ`, "utf8")
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => entry.slice(0, entry.indexOf("=")));
}

describe("the daemon's environment", () => {
  const meddling: Record<string, string> = {
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
    NODE_EXTRA_CA_CERTS: "/nowhere.pem",
    NODE_DEBUG: "http,tls",
    NODE_PATH: "/nowhere",
    NODE_V8_COVERAGE: "/tmp/nowhere",
    SSL_CERT_FILE: "/nowhere.pem",
    SSL_CERT_DIR: "/nowhere",
    SSLKEYLOGFILE: "/tmp/nowhere-keys",
    OPENSSL_CONF: "/nowhere.cnf",
    LD_LIBRARY_PATH: "/nowhere",
    HTTP_PROXY: "http://127.0.0.1:9",
    https_proxy: "http://127.0.0.1:9",
    ALL_PROXY: "socks5://127.0.0.1:9",
    NO_PROXY: "*",
    HOSTALIASES: "/nowhere",
    RES_OPTIONS: "debug",
    UV_THREADPOOL_SIZE: "1",
  };

  it.each(Object.keys(meddling))("started by a command that has %s, it has not", async (name) => {
    home.env[name] = meddling[name] ?? "";
    const { daemon } = await home.connect();
    if (isRoot) expect(namesOf(daemon.pid)).not.toContain(name);
    expect(readFileSync(`/proc/${daemon.pid}/cmdline`, "utf8")).not.toContain("inspect");
  });

  it("started by hand with all of them and a hook, it serves from a process that has none of them", async () => {
    const hook = join(home.root, "hook.cjs");
    const marker = join(home.root, "loaded");
    writeFileSync(hook, `require("node:fs").appendFileSync(${JSON.stringify(marker)}, process.pid + "\\n")`);
    // Node itself ends at once with a configuration of OpenSSL that is not there.
    const { OPENSSL_CONF: _none, ...bearable } = meddling;
    const byHand = spawn(process.execPath, ["--report-on-signal", "--heapsnapshot-signal=SIGUSR2", PROGRAM, "--ready-fd=3"], {
      env: { ...home.env, ...bearable, NODE_OPTIONS: `--require ${hook} --report-on-fatalerror` },
      stdio: ["ignore", "ignore", "ignore", "pipe"],
      cwd: home.root,
    });
    await outputMatching(byHand.stdio[3] as never, /"ready":true/);
    const { daemon } = await home.connect();
    expect(daemon.pid).not.toBe(byHand.pid);
    if (isRoot) expect(namesOf(daemon.pid).filter((name) => name in meddling || name === "NODE_OPTIONS")).toEqual([]);
    expect(readFileSync(marker, "utf8")).not.toContain(`${daemon.pid}\n`);
    expect(readFileSync(`/proc/${daemon.pid}/cmdline`, "utf8")).not.toMatch(/report|heapsnapshot/);
    byHand.kill("SIGTERM");
    await once(byHand, "exit");
  });
});

describe("signals that would open or write down the memory", () => {
  it.each(["SIGUSR1", "SIGUSR2"] as const)("%s does nothing: the daemon lives, and no report or snapshot appears", async (signal) => {
    const client = await home.connect();
    const { pid } = client.daemon;
    process.kill(pid, signal);
    expect(await client.call("daemon.status", {})).toMatchObject({ pid });
    const listeners = readFileSync("/proc/net/tcp", "utf8");
    // 9229, the inspector's port, listening.
    expect(listeners).not.toMatch(/:240D 00000000:0000 0A/);
    const written = [home.root, home.paths.home, home.paths.state].flatMap((directory) => readdirSync(directory));
    expect(written.filter((name) => /report|heapsnapshot|core/.test(name))).toEqual([]);
  });
});

describe("the daemon's memory", () => {
  it("is in no core dump", async () => {
    const { daemon } = await home.connect();
    expect(readFileSync(`/proc/${daemon.pid}/limits`, "utf8")).toMatch(/^Max core file size\s+0\s+0\s/m);
    expect(home.log).toContain('"hasNoCoreDump":true');
  });

  it("cannot be read, traced or listed by another process of the same user", async () => {
    const { daemon } = await home.connect();
    expect(home.log).toContain('"isUnreadable":true');
    // A process that is not dumpable belongs to root in /proc, whoever runs it.
    expect(statSync(`/proc/${daemon.pid}/environ`).uid).toBe(0);
  });

  it.runIf(isRoot)("an ordinary user's daemon is closed to that user's other processes", () => {
    for (const directory of [home.root]) chownSync(directory, ORDINARY.uid, ORDINARY.gid);
    const look = `
      const { spawn } = require("node:child_process");
      const { readFileSync, readdirSync, openSync } = require("node:fs");
      const daemon = spawn(process.execPath, [${JSON.stringify(PROGRAM)}, "--ready-fd=3"], { env: process.env, stdio: ["ignore", "ignore", "ignore", "pipe"] });
      daemon.stdio[3].once("data", () => {
        const pid = JSON.parse(readFileSync(process.env.KEYWARD_HOME + "/state/daemon.lock", "utf8")).pid;
        const tries = { environ: () => readFileSync("/proc/" + pid + "/environ"), mem: () => openSync("/proc/" + pid + "/mem"), maps: () => readFileSync("/proc/" + pid + "/maps"), fd: () => readdirSync("/proc/" + pid + "/fd"), cwd: () => readdirSync("/proc/" + pid + "/cwd") };
        const results = Object.entries(tries).map(([name, attempt]) => { try { attempt(); return name + " read"; } catch (error) { return name + " " + error.code; } });
        console.log(JSON.stringify({ uid: process.getuid(), results }));
        process.kill(pid, "SIGTERM");
      });`;
    const done = spawnSync(process.execPath, ["-e", look], { env: { ...home.env }, cwd: "/", encoding: "utf8", ...ORDINARY });
    const { uid, results } = JSON.parse(done.stdout) as { uid: number; results: string[] };
    expect(uid).toBe(ORDINARY.uid);
    expect(results.filter((result) => !/ (?:EACCES|EPERM)$/.test(result))).toEqual([]);
    chownSync(home.root, 0, 0);
  });
});

describe("the home at the start", () => {
  it("what others could read of settings and definitions is mended, and the log says so", async () => {
    for (const directory of [home.paths.home, home.paths.providers]) mkdirSync(directory, { mode: 0o700 });
    home.set({});
    writeFileSync(join(home.paths.providers, "x.json"), "{}");
    chmodSync(home.paths.config, 0o666);
    chmodSync(join(home.paths.providers, "x.json"), 0o664);
    await home.connect();
    expect(statSync(home.paths.config).mode & 0o777).toBe(0o600);
    expect(statSync(join(home.paths.providers, "x.json")).mode & 0o777).toBe(0o600);
    expect(home.log.match(/mended/g)).toHaveLength(2);
  });

  it("an open home, and a home where everybody may put another, are refused with the next command", async () => {
    mkdirSync(home.paths.home, { mode: 0o700 });
    chmodSync(home.paths.home, 0o755);
    await expect(home.connect()).rejects.toMatchObject({ code: "HOME_UNSAFE", hint: `chmod 700 '${home.paths.home}'` });
    chmodSync(home.paths.home, 0o700);
    chmodSync(home.root, 0o777);
    await expect(home.connect()).rejects.toMatchObject({ code: "HOME_UNSAFE", hint: `chmod o-w '${home.root}'` });
    chmodSync(home.root, 0o700);
    expect(existsSync(home.paths.controlSocket)).toBe(false);
  });
});
