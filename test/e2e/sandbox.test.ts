// `run --sandbox` (level L1) from outside: what a hostile program finds in it, that ordinary tools work in it, and that it never falls back.
// Its signals, terminal and status are those of a plain run.
import { execFile, spawnSync } from "node:child_process";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openScene, type Scene } from "../support/scene.ts";
import { CLI, type Finished } from "../support/keyward.ts";

const execFileAsync = promisify(execFile);

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  await scene.login("openai");
  const user = join(scene.home.root, "user");
  for (const directory of [".ssh", ".aws"]) mkdirSync(join(user, directory));
  writeFileSync(join(user, ".ssh/id_ed25519"), "private key of the user");
  writeFileSync(join(user, ".netrc"), "machine x login y password z");
  writeFileSync(join(user, ".gitconfig"), "[user]\n\tname = Ann\n\temail = ann@example.test\n");
});
afterAll(() => scene.close());

function sandboxed(
  script: string,
  options: { args?: readonly string[]; stdin?: string; env?: Record<string, string>; cwd?: string } = {},
): Promise<Finished> {
  const { args = [], ...rest } = options;
  return scene.home.run(["run", "--sandbox", "--quiet", ...args, "--", "sh", "-c", script], rest);
}

describe("a program in the sandbox", () => {
  it("finds neither store, key, log, audit nor control socket, only what its variables name", async () => {
    const { path } = scene.home;
    const { stdout, exitCode } = await sandboxed(`find '${path}' -type f -o -type s; cat "$NODE_EXTRA_CA_CERTS"`);
    expect(exitCode).toBe(0);
    const found = stdout.split("\n").filter((line) => line.startsWith(path));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((file) => !file.startsWith(join(path, "state/public/")))).toEqual([]);
    expect(stdout).toContain("BEGIN CERTIFICATE");
    expect(stdout).not.toContain("PRIVATE KEY");
  });

  it("does not see the daemon, nor any process outside, and cannot signal it", async () => {
    const [pid] = scene.home.daemonPids();
    const { stdout } = await sandboxed(
      `ls /proc | grep -c '^[0-9]'; kill -0 ${pid} 2>&1; kill -USR1 ${pid} 2>&1; cat /proc/${pid}/environ 2>&1`,
    );
    expect(Number(stdout.split("\n")[0])).toBeLessThan(8);
    expect(stdout.match(/No such process/g)).toHaveLength(2);
    expect(stdout).toContain("No such file");
    expect(scene.home.daemonPids()).toEqual([pid]);
  });

  it("does not see the user's credentials, whatever HOME says", async () => {
    const { stdout } = await sandboxed(
      'ls -A ~ "$(getent passwd $(id -u) | cut -d: -f6)"/.ssh 2>/dev/null; cat ~/.netrc ~/.ssh/* 2>/dev/null; HOME=$(getent passwd 0 | cut -d: -f6); ls -A ~ 2>/dev/null',
    );
    expect(stdout).toContain(".gitconfig");
    for (const name of ["private key", ".ssh", ".netrc", ".aws", "password"]) expect(stdout).not.toContain(name);
  });

  it("reaches nothing but the proxy: no address, no loopback port of the machine, no abstract socket", async () => {
    const listener = createServer((socket) => socket.end("outside")).listen(0, "127.0.0.1");
    const hidden = createServer((socket) => socket.end("abstract")).listen("\0keyward-test-abstract");
    await new Promise((resolve) => listener.once("listening", resolve));
    const { port } = listener.address() as { port: number };
    scene.home.write(
      "reach.py",
      `import socket, sys
for family, where in ((socket.AF_INET, ("127.0.0.1", ${port})), (socket.AF_INET, ("198.51.100.1", 80)), (socket.AF_INET6, ("::1", ${port})), (socket.AF_UNIX, "\\0keyward-test-abstract")):
    try:
        s = socket.socket(family); s.settimeout(3); s.connect(where); print("reached", where)
    except OSError as e: print("refused", e.errno)
`,
    );
    const { stdout } = await sandboxed("/usr/bin/python3 reach.py");
    listener.close();
    hidden.close();
    expect(stdout.trim().split("\n")).toHaveLength(4);
    expect(stdout).not.toContain("reached");
  });

  it("has no capability, gains none, and may not type into the terminal", async () => {
    const { stdout } = await sandboxed(
      "grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status; /usr/bin/python3 -c \"import fcntl,errno\ntry: fcntl.ioctl(0, 0x5412, b'x')\nexcept OSError as e: print(errno.errorcode[e.errno])\"",
    );
    expect(stdout).toMatch(/CapEff:\s+0+\nCapBnd:\s+0+\n/);
    expect(stdout).toMatch(/NoNewPrivs:\s+1\nSeccomp:\s+2/);
    expect(stdout.trim().split("\n").at(-1)).toBe("EPERM");
  });

  it("writes the project and nothing else, and leaves the run's rules and git's hooks alone", async () => {
    const { work } = scene.home;
    spawnSync("git", ["init", "-q"], { cwd: work });
    scene.home.write("keyward.json", "{}");
    const { stdout } = await sandboxed(
      "echo new > made; for f in /etc/x /usr/x keyward.json .git/hooks/pre-commit; do (echo x > $f) 2>/dev/null && echo wrote $f; done; rm -f keyward.json 2>/dev/null && echo removed; echo x > ~/scratch && echo scratch; echo x > /tmp/scratch && echo tmp",
    );
    expect(stdout).toBe("scratch\ntmp\n");
    expect(readFileSync(join(work, "made"), "utf8")).toBe("new\n");
    expect(existsSync(join(scene.home.root, "user/scratch"))).toBe(false);
  });

  it("cannot move git's directory away to lay hooks of its own", async () => {
    spawnSync("git", ["init", "-q"], { cwd: scene.home.work });
    const { stdout } = await sandboxed(
      "mv .git away && echo moved; mv .git/hooks .git/other && echo moved; rm -rf .git/hooks 2>/dev/null; echo x > .git/hooks/post-commit && echo laid; git commit -q --allow-empty -m in-the-sandbox && git log -1 --format=%s",
    );
    expect(stdout).toBe("in-the-sandbox\n");
    expect(existsSync(join(scene.home.work, ".git/hooks/post-commit"))).toBe(false);
  });

  it("gets nothing through a descriptor that was left open where keyward was started", async () => {
    const cli = join(import.meta.dirname, "../../dist/cli/main.js");
    const script = 'exec "$0" "$1" run --sandbox --quiet -- sh -c "ls /proc/*/fd; ls -A /proc/*/fd/77/" 77<"$2"';
    const args = ["-c", script, process.execPath, cli, join(scene.home.root, "user/.ssh")];
    const { status, stdout } = spawnSync("bash", args, { env: { ...scene.home.env }, cwd: scene.home.work, encoding: "utf8" });
    expect([status === 0, stdout.includes("77"), stdout.includes("id_ed25519")]).toEqual([false, false, false]);
    expect(stdout).toContain("/proc/");
  });

  it("gets more with --bind, read-only if so said, and never keyward's home", async () => {
    const extra = join(scene.home.root, "extra");
    mkdirSync(extra);
    writeFileSync(join(extra, "data"), "data");
    const writable = await sandboxed(`cat '${extra}/data'; echo more > '${extra}/made'`, { args: ["--bind", extra] });
    expect([writable.stdout, existsSync(join(extra, "made"))]).toEqual(["data", true]);
    const fixed = await sandboxed(`cat '${extra}/data'; echo more > '${extra}/again'`, { args: ["--bind", `${extra}:ro`] });
    expect([fixed.stdout, existsSync(join(extra, "again"))]).toEqual(["data", false]);
    const refused = await sandboxed("true", { args: ["--bind", scene.home.path] });
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("keyward's own home")]);
    const around = await sandboxed(`ls -A '${scene.home.path}'`, { args: ["--bind", scene.home.root] });
    expect(around.stdout).toBe("state\n");
  });

  it("is not led astray by a link that an earlier run left in place of the rules", async () => {
    symlinkSync(join(scene.home.root, "user/.ssh/id_ed25519"), join(scene.home.work, "link"));
    const { stdout } = await sandboxed("cat link; ls -l link | wc -l");
    expect(stdout).toBe("1\n");
  });

  it("is not led out by what an earlier run left: a made-up worktree, a link in place of what is shown", async () => {
    const ssh = join(scene.home.root, "user/.ssh");
    const cwd = join(scene.home.root, "left");
    mkdirSync(cwd);
    await sandboxed(
      `mkdir made-up; echo "gitdir: ${cwd}/made-up" > .git; echo ${cwd}/.git > made-up/gitdir; echo ${ssh} > made-up/commondir; ln -s ${ssh} data`,
      { cwd },
    );
    const next = await sandboxed(`cat '${ssh}/id_ed25519'; ls data/`, { cwd });
    expect([next.exitCode === 0, next.stdout]).toEqual([false, ""]);
    const shown = await sandboxed("cat data/id_ed25519", { cwd, args: ["--bind", "data:ro"] });
    expect([shown.exitCode, shown.stdout, shown.stderr]).toEqual([2, "", expect.stringContaining("a link in the project leads to")]);
  });

  it("is not begun with a directory as its standard input, from which everything could be opened", () => {
    const directory = openSync(join(scene.home.root, "user"), "r");
    const args = [CLI, "run", "--sandbox", "--quiet", "--", "sh", "-c", "cat /proc/self/fd/0/.ssh/id_ed25519"];
    const options = { env: { ...scene.home.env }, cwd: scene.home.work, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { ...options, stdio: [directory, "pipe", "pipe"] });
    closeSync(directory);
    expect([status, stdout, stderr]).toEqual([125, "", expect.stringContaining("standard input is a directory")]);
  });

  it("leaves the run's rules alone in the directory it runs in as well", async () => {
    const cwd = join(scene.home.work, "web");
    mkdirSync(join(cwd, "../.git"), { recursive: true });
    mkdirSync(cwd);
    writeFileSync(join(cwd, "keyward.json"), "{}");
    const { stdout } = await sandboxed("echo x > keyward.json && echo wrote; rm keyward.json && echo removed; echo over", { cwd });
    expect([stdout, readFileSync(join(cwd, "keyward.json"), "utf8")]).toEqual(["over\n", "{}"]);
  });

  it("is told why keyward does not work there, and makes no store of its own", async () => {
    const cli = `'${process.execPath}' '${process.argv[1] === undefined ? "" : join(import.meta.dirname, "../../dist/cli/main.js")}'`;
    const { stdout } = await sandboxed(
      `for c in list "get openai" "daemon stop" "run -- true"; do ${cli} $c 2>&1; echo "=$?"; done; env -i PATH="$PATH" KEYWARD_HOME="$KEYWARD_HOME" ${cli} list 2>&1; echo "=$?"`,
    );
    expect(stdout.match(/inside of a run's sandbox/g)).toHaveLength(5);
    expect(stdout.match(/^=\d+$/gm)).toEqual(["=8", "=8", "=8", "=125", "=8"]);
  });
});

describe("ordinary tools in the sandbox", () => {
  it.each([
    ["curl", 'curl -sS --fail -H "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1/models'],
    [
      "python3",
      `/usr/bin/python3 -c 'import os, urllib.request as u; print(u.urlopen(u.Request("https://api.openai.com/v1/models", headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})).status)'`,
    ],
    [
      "node",
      `node -e 'fetch("https://api.openai.com/v1/models", { headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } }).then((r) => process.exit(r.ok ? 0 : 1))'`,
    ],
  ])("%s reaches the provider by name, with the real key", async (_tool, script) => {
    const { exitCode, stderr } = await sandboxed(script);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect((await scene.upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${scene.keys[0]}`);
  });

  it("a client that sends no proxy credentials, as a JVM, is that run's", async () => {
    const script = `curl -sS --fail --proxy "http://$(echo "$HTTPS_PROXY" | sed 's/.*@//')" -H "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1/models`;
    expect((await sandboxed(script)).exitCode).toBe(0);
    expect((await scene.upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${scene.keys[0]}`);
  });

  it("git commits as the user", async () => {
    const { stdout, exitCode } = await sandboxed(
      "git init -q repo && cd repo && git commit -q --allow-empty -m one && git log --format='%an %ae %s'",
    );
    expect([exitCode, stdout]).toEqual([0, "Ann ann@example.test one\n"]);
  });

  it("a lookup of a name is answered, by every way there is, with an address of the sandbox alone", async () => {
    scene.home.write(
      "look.py",
      `import socket
a = socket.getaddrinfo("api.openai.com", 443, type=socket.SOCK_STREAM)[0][4][0]
print("python", a, socket.gethostbyaddr(a)[0])
for name in ("no-dots", "x_.-y.test"):
    try: print(socket.gethostbyname(name))
    except OSError as e: print("no", name)
`,
    );
    const { stdout } = await sandboxed(
      `getent hosts api.openai.com; /usr/bin/python3 look.py; node -e 'const d = require("dns"); d.lookup("api.openai.com", (e, a) => console.log("node", a)); d.resolve4("API.openai.com", (e, a) => console.log("resolve", a[0])); d.resolveMx("openai.com", (e) => console.log("mx", e.code))' | sort`,
    );
    const address = /^(127\.64\.\d+\.\d+) +api\.openai\.com$/m.exec(stdout)?.[1];
    expect(stdout.split("\n").slice(1)).toEqual([
      `python ${address} api.openai.com`,
      "no no-dots",
      "no x_.-y.test",
      "mx ENOTIMP",
      `node ${address}`,
      `resolve ${address}`,
      "",
    ]);
  });

  it("a client that ignores proxy variables gets to the provider by name all the same, as that run", async () => {
    const bare = "env -u HTTPS_PROXY -u https_proxy -u HTTP_PROXY -u http_proxy -u ALL_PROXY -u all_proxy";
    const script = `${bare} curl -sS --fail -H "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1/models`;
    const { exitCode, stderr } = await sandboxed(script);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect((await scene.upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${scene.keys[0]}`);
  });

  it("an answered name is no way out: other ports, other addresses and hosts that the run may not reach are refused at once", async () => {
    scene.home.write(
      "out.py",
      `import socket
for where in (("api.openai.com", 22), ("127.64.200.200", 443), ("127.0.0.1", 443), ("elsewhere.example.test", 443)):
    s = socket.socket(); s.settimeout(10)
    try:
        s.connect(where); s.sendall(b"\\x16\\x03\\x01\\x00\\x05hello"); print("got", s.recv(10))
    except ConnectionError as e: print("refused")
`,
    );
    const { stdout } = await sandboxed("/usr/bin/python3 out.py", { args: ["--deny-unmatched"] });
    expect(stdout.replaceAll("got b''", "refused")).toBe("refused\n".repeat(4));
    const audit = JSON.parse((await scene.home.succeed(["audit", "list", "--denied", "--json"])).stdout) as {
      entries: { host: string | null }[];
    };
    expect(audit.entries.map(({ host }) => host)).toContain("elsewhere.example.test");
  });

  it("where low ports may not be had, a lookup fails at once and the rest works", async () => {
    // Without nsenter on the machine, as far as this run can see.
    const bin = "/usr/bin/nsenter";
    const cli = join(import.meta.dirname, "../../dist/cli/main.js");
    const script = 'getent hosts api.openai.com || echo none; curl -sS -o /dev/null -w "%{http_code}" https://api.openai.com/v1/models';
    const args = ["--dev-bind", "/", "/", "--ro-bind", "/dev/null", bin, process.execPath, cli, "run", "--sandbox", "--quiet"];
    const { stdout } = await execFileAsync("bwrap", [...args, "--", "sh", "-c", script], {
      env: { ...scene.home.env },
      cwd: scene.home.work,
    });
    expect(stdout).toBe("none\n200");
  });
});

describe("the program's streams, status and end", () => {
  it("are as without a sandbox", async () => {
    const done = await sandboxed("cat; echo err >&2; exit 7", { stdin: "in\0put" });
    expect([done.exitCode, done.stdout, done.stderr]).toEqual([7, "in\0put", "err\n"]);
  });

  it.each([
    ["no-such-command", 127],
    ["/etc", 126],
  ])("%s ends with %i", async (command, status) => {
    expect((await scene.home.run(["run", "--sandbox", "--quiet", "--", command])).exitCode).toBe(status);
  });

  it("a signal that ends the program ends keyward the same way", async () => {
    expect((await sandboxed("kill -TERM $$")).signal).toBe("SIGTERM");
  });

  it("a signal sent to keyward reaches the program inside", async () => {
    const live = scene.home.spawn([
      "run",
      "--sandbox",
      "--quiet",
      "--",
      "sh",
      "-c",
      "trap 'exit 42' TERM; echo began; while :; do sleep 0.05; done",
    ]);
    await new Promise((resolve) => live.child.stdout.once("data", resolve));
    live.child.kill("SIGTERM");
    expect((await live.finished).exitCode).toBe(42);
  });

  it("Ctrl-C reaches it once, and it may go on", async () => {
    const script = "trap 'echo caught' INT; echo began; read line; echo got $line";
    const steps = [
      { expect: "began", type: "\x03" },
      { expect: "caught", type: "word\r" },
    ];
    const { stdout } = await scene.home.onPty(["run", "--sandbox", "--", "bash", "--norc", "-c", script], steps);
    expect(stdout.match(/caught/g)).toHaveLength(1);
    expect(stdout).toContain("got word");
  });

  it("an interactive shell has job control and its terminal", async () => {
    const steps = [
      { expect: "$ ", type: "test -t 0 && test -t 2 && echo terminal-$((1+1))\r" },
      { expect: "terminal-2", type: "sleep 30 & jobs; kill %1; exit 5\r" },
    ];
    const { stdout, exitCode } = await scene.home.onPty(["run", "--sandbox", "--", "bash", "--norc", "-i"], steps, { env: { PS1: "$ " } });
    expect(stdout).toContain("Running");
    expect(stdout).not.toContain("no job control");
    expect(exitCode).toBe(5);
  });

  it("nothing of it lives on: not what it left behind, and not when keyward is killed", async () => {
    const mark = `8${String(process.pid)}${Date.now() % 1000}`;
    await sandboxed(`(setsid sleep ${mark} &) ; true`);
    expect(running(mark)).toBe(0);
    const live = scene.home.spawn(["run", "--sandbox", "--quiet", "--", "sh", "-c", `echo began; setsid sleep ${mark}`]);
    await new Promise((resolve) => live.child.stdout.once("data", resolve));
    // `began` comes before the program that is looked for.
    await expect.poll(() => running(mark)).toBe(1);
    live.child.kill("SIGKILL");
    await expect.poll(() => running(mark)).toBe(0);
  });
});

describe("the level", () => {
  it("is said on stderr, listed and audited", async () => {
    const said = await scene.home.run(["run", "--sandbox", "--", "sleep", "0"]);
    expect(said.stderr).toMatch(/^keyward: level L1: .*\n$/);
    const live = scene.home.spawn(["run", "--sandbox", "--quiet", "--", "sh", "-c", "echo began; read x"]);
    await new Promise((resolve) => live.child.stdout.once("data", resolve));
    const runs = JSON.parse((await scene.home.succeed(["runs", "list", "--json"])).stdout) as { runs: { level: string }[] };
    live.child.stdin.end();
    await live.finished;
    expect(runs.runs.map(({ level }) => level)).toEqual(["L1"]);
    const audit = JSON.parse((await scene.home.succeed(["audit", "list", "--json"])).stdout) as {
      entries: { kind: string; level: string | null }[];
    };
    expect(audit.entries.filter(({ kind, level }) => kind === "run" && level === "L1").length).toBeGreaterThan(2);
    await scene.home.run(["run", "--", "true"]);
    const after = JSON.parse((await scene.home.succeed(["audit", "list", "--json"])).stdout) as typeof audit;
    expect(after.entries.filter(({ level }) => level === "L0")).toHaveLength(1);
  });

  it("fails with 125 where the sandbox cannot be had, and starts nothing", async () => {
    const fake = join(scene.home.root, "fake");
    mkdirSync(fake);
    writeFileSync(join(fake, "bwrap"), "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n");
    chmodSync(join(fake, "bwrap"), 0o755);
    const marker = join(scene.home.work, "marker");
    const inHome = await scene.home.run(["run", "--sandbox", "--", "touch", marker], { cwd: join(scene.home.root, "user") });
    expect([inHome.exitCode, inHome.stderr]).toEqual([125, expect.stringMatching(/home directory[\s\S]*hint: cd/)]);
    const namespaced = spawnSync(
      "bwrap",
      [
        "--dev-bind",
        "/",
        "/",
        "--bind",
        join(fake, "bwrap"),
        "/usr/bin/bwrap",
        process.execPath,
        join(import.meta.dirname, "../../dist/cli/main.js"),
        "run",
        "--sandbox",
        "--",
        "touch",
        marker,
      ],
      { env: { ...scene.home.env }, cwd: scene.home.work, encoding: "utf8" },
    );
    expect([namespaced.status, namespaced.stderr]).toEqual([125, expect.stringMatching(/security module[\s\S]*hint: sudo sysctl/)]);
    expect(existsSync(marker)).toBe(false);
  });

  it("is required of every run by run.sandbox", async () => {
    await scene.home.succeed(["config", "set", "run.sandbox", "true"]);
    const { stdout } = await scene.home.run(["run", "--", "sh", "-c", "echo $KEYWARD_SANDBOX"]);
    await scene.home.succeed(["config", "unset", "run.sandbox"]);
    expect(stdout).toBe("1\n");
  });
});

it("no key is anywhere", () => scene.assertNoSecret());

function running(mark: string): number {
  return spawnSync("pgrep", ["-fc", `^sleep ${mark}$`], { encoding: "utf8" }).stdout.trim() === "0" ? 0 : 1;
}
