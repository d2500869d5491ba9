// The run socket of another user's daemon (level L2): what a second user can do over it, and what not. Root makes the two users.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectControl, type ControlClient } from "../../../../src/control/client.ts";
import type { MethodName } from "../../../../src/control/protocol.ts";
import { runProgram, type Finished } from "../../../support/keyward.ts";
import { makeKey } from "../../../support/scene.ts";
import { KEY, refusal, self } from "../living-daemon.ts";
import { DaemonHome } from "../daemon-home.ts";

describe("over the run socket", () => {
  let home: DaemonHome;
  let owner: ControlClient;
  let guest: ControlClient;
  const start = {
    profile: null,
    command: "x",
    selection: { connections: [], providers: [] },
    layers: [],
    owner: self,
    ttlMs: null,
    network: null,
  };

  beforeEach(async () => {
    home = new DaemonHome();
    mkdirSync(home.paths.home, { mode: 0o700 });
    mkdirSync(join(home.root, "run"), { mode: 0o750 });
    home.set({ "run.socket": join(home.root, "run/run.sock"), "run.shared": ["openai=default"] });
    owner = await home.connect();
    for (const connection of ["default", "private"]) {
      const checks = { anyShape: false, doubtful: "warn", verify: false } as const;
      await owner.call("connection.store", { profile: null, provider: "openai", connection, fields: { key: KEY }, force: false, checks });
    }
    guest = (await connectControl(join(home.root, "run/run.sock")))!;
  });
  afterEach(async () => {
    guest.close();
    await home.remove();
  });

  it("a run binds what is shared and nothing else, and is listed as L2", async () => {
    const started = await guest.call("run.start", start);
    expect(started.plan.connections.map(({ provider, name }) => `${provider}=${name}`)).toEqual(["openai=default"]);
    expect(started).toMatchObject({ level: "L2", caCertificatePath: "", caPem: expect.stringContaining("BEGIN CERTIFICATE") });
    expect(JSON.stringify(started)).not.toContain(KEY);
    const { runs } = await owner.call("run.list", { profile: null });
    expect(runs).toMatchObject([{ level: "L2" }]);
    expect(await guest.call("run.end", { runId: started.runId })).toEqual({ requests: 0, denied: 0 });
  });

  it.each([
    ["a connection that is not shared", { selection: { connections: [{ provider: "openai", name: "private" }], providers: [] } }],
    ["another profile", { profile: "other" }],
    [
      "a way out of its own, which could lead a key to it",
      { network: { asker: self, within: null, proxy: null, caFiles: ["/tmp/evil.pem"] } },
    ],
    ["a run that nobody owns", { owner: null, ttlMs: 60_000 }],
  ])("%s is refused", async (_what, change) => {
    expect((await refusal(guest.call("run.start", { ...start, ...change }))).code).toBe("RUN_SOCKET_REFUSED");
  });

  it.each([
    "daemon.stop",
    "daemon.status",
    "connection.list",
    "connection.get",
    "connection.reveal",
    "run.list",
    "run.sweep",
    "audit.list",
    "profile.list",
    "ca.show",
  ] as const)("%s is not done", async (method: MethodName) => {
    const raw = guest as unknown as { call(method: string, params: object): Promise<unknown> };
    const params = method.startsWith("daemon.") || method === "profile.list" ? {} : { profile: null };
    const { code } = await refusal(raw.call(method, params));
    expect(code).toBe("RUN_SOCKET_REFUSED");
    expect(await owner.call("daemon.status", {})).toMatchObject({ pid: owner.daemon.pid });
  });

  it("neither ends nor takes over a run of the owner's", async () => {
    const own = await owner.call("run.start", start);
    expect((await refusal(guest.call("run.end", { runId: own.runId }))).code).toBe("RUN_SOCKET_REFUSED");
    expect((await refusal(guest.call("run.attach", { runId: own.runId, owner: self }))).code).toBe("RUN_UNKNOWN");
  });

  it("a newer command does not replace the daemon", async () => {
    const again = await connectControl(join(home.root, "run/run.sock"), { replace: true });
    expect(again?.daemon.stepsAside).toBe(false);
    again?.close();
  });

  it("the socket is for its directory's group, the control socket for the user alone", () => {
    expect(statSync(join(home.root, "run/run.sock")).mode & 0o777).toBe(0o660);
    expect(statSync(home.paths.controlSocket).mode & 0o777).toBe(0o600);
  });
});

describe.runIf(process.getuid?.() === 0)("two users", () => {
  const GROUP = 64_150;
  const keeper = { uid: 64_101, gid: GROUP };
  const worker = { uid: 64_102, gid: GROUP };
  let root: string;
  const cli = join(import.meta.dirname, "../../../../dist/cli/main.js");
  const key = makeKey("openai");

  function as(user: { uid: number; gid: number }, args: readonly string[], stdin = ""): Promise<Finished> {
    const name = user === keeper ? "keeper" : "worker";
    const env = {
      PATH: "/usr/bin:/bin",
      HOME: join(root, name),
      KEYWARD_HOME: join(root, name, "h"),
      KEYWARD_KEYCHAIN: "off",
      KEYWARD_CI: "1",
    };
    const change = ["--reuid", String(user.uid), "--regid", String(user.gid), "--clear-groups", process.execPath, cli, ...args];
    return runProgram("setpriv", change, { env, cwd: join(root, name, "project"), stdin });
  }

  beforeAll(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "kw2-")));
    chmodSync(root, 0o755);
    for (const [name, user] of [
      ["keeper", keeper],
      ["worker", worker],
    ] as const) {
      for (const directory of [join(root, name), join(root, name, "project")]) {
        mkdirSync(directory, { mode: 0o700 });
        chownSync(directory, user.uid, user.gid);
      }
    }
    mkdirSync(join(root, "run"), { mode: 0o750 });
    chownSync(join(root, "run"), keeper.uid, GROUP);
    await as(keeper, ["login", "openai", "--stdin", "--no-verify"], `${key}\n`);
    await as(keeper, ["config", "set", "run.socket", join(root, "run/run.sock")]);
    await as(keeper, ["config", "set", "run.shared", "openai=default"]);
    await as(keeper, ["daemon", "restart"]);
  });
  afterAll(async () => {
    await as(keeper, ["daemon", "stop"]);
    rmSync(root, { recursive: true, force: true });
  });

  it("the second one's program uses the first one's key without being able to read store, memory or socket", async () => {
    const look = `
      for f in '${root}/keeper/h' '${root}/keeper/h/profiles/default.key' '${root}/keeper/h/state/daemon.sock'; do ls "$f" >/dev/null 2>&1 && echo "sees $f"; done
      for p in $(pgrep -u ${keeper.uid} node); do for f in environ mem maps; do [ "$(head -c 1 /proc/$p/$f 2>/dev/null | wc -c)" = 0 ] || echo "reads $f"; done; kill -0 $p 2>/dev/null && echo signals; echo daemon; done
      curl -s -o /dev/null -w '%{http_connect} %{http_code}' https://api.openai.com/v1/models; echo; env`;
    const { stdout, stderr, exitCode } = await as(worker, ["run", "--daemon-socket", join(root, "run/run.sock"), "--", "sh", "-c", look]);
    expect([exitCode, stderr]).toEqual([0, "keyward: level L2: keyward runs as another user\n"]);
    expect(stdout).toContain("daemon\n");
    expect(stdout).not.toMatch(/^(?:sees|reads|signals)/m);
    // The proxy admitted it and answered for the host it intercepts: no such host can be reached from a test.
    expect(stdout).toMatch(/^(?:200 502|502 000)$/m);
    expect(stdout).toContain("OPENAI_API_KEY=sk-");
    expect(stdout).not.toContain(key);
  });

  it("with a sandbox both hold, and the run socket is out of reach inside", async () => {
    const script = `ls -l '${root}/run' 2>/dev/null | grep -c '^s'; echo "$KEYWARD_SANDBOX"; id -u; getent hosts api.openai.com | cut -d. -f1,2`;
    const { stdout, stderr } = await as(worker, [
      "run",
      "--sandbox",
      "--daemon-socket",
      join(root, "run/run.sock"),
      "--",
      "sh",
      "-c",
      script,
    ]);
    expect(stderr).toMatch(/^keyward: level L1\+L2: /);
    // An ordinary user's names are answered, too.
    expect(stdout).toBe(`0\n1\n${worker.uid}\n127.64\n`);
  });

  it("what is not shared, not there or not separate ends with 125", async () => {
    const socket = join(root, "run/run.sock");
    const attempts = [
      await as(worker, ["run", "--provider", "github", "--daemon-socket", socket, "--", "true"]),
      await as(worker, ["run", "--daemon-socket", join(root, "run/none.sock"), "--", "true"]),
      await as(keeper, ["run", "--daemon-socket", socket, "--", "true"]),
    ];
    expect(attempts.map(({ exitCode }) => exitCode)).toEqual([125, 125, 125]);
    expect(attempts.map(({ stderr }) => stderr).join("")).toMatch(/not shared[\s\S]*no run socket[\s\S]*runs as this user/);
  });

  it("a stranger outside of the group gets nowhere", () => {
    const stranger = spawnSync("setpriv", ["--reuid", "64103", "--regid", "64103", "--clear-groups", "ls", join(root, "run")], {
      encoding: "utf8",
    });
    expect([stranger.status, stranger.stderr]).toEqual([2, expect.stringContaining("Permission denied")]);
  });

  it("the run ends with the process that owns it", async () => {
    const env = { PATH: "/usr/bin:/bin", HOME: join(root, "worker"), KEYWARD_HOME: join(root, "worker/h"), KEYWARD_KEYCHAIN: "off" };
    const args = ["--reuid", String(worker.uid), "--regid", String(worker.gid), "--clear-groups", process.execPath, cli];
    const live: ChildProcess = spawn(
      "setpriv",
      [...args, "run", "--daemon-socket", join(root, "run/run.sock"), "--", "sh", "-c", "echo began; exec sleep 60"],
      {
        env,
        cwd: join(root, "worker/project"),
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    await once(live.stdout!, "data");
    const count = async (): Promise<number> =>
      (JSON.parse((await as(keeper, ["runs", "list", "--json"])).stdout) as { runs: { level: string }[] }).runs.filter(
        ({ level }) => level === "L2",
      ).length;
    expect(await count()).toBe(1);
    live.kill("SIGTERM");
    await once(live, "exit");
    await expect.poll(count).toBe(0);
  });
});
