// A disk that answers EIO under a living daemon (libfiu, of Debian's fiu-utils, in the daemon's process alone): the command fails and says so, children
// go on with what they have, and with the disk back everything works without a restart.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, expect, it } from "vitest";
import { daemonEnvironment } from "../../src/config/environment.ts";
import { describeWithClients } from "../support/clients.ts";
import { type LiveCommand, spawnProgram } from "../support/keyward.ts";
import { LiveChild } from "../support/live-child.ts";
import { makeKey, openScene, type Scene } from "../support/scene.ts";
import { withLimit } from "../support/wait.ts";

const BOOT = pathToFileURL(fileURLToPath(new URL("../../dist/daemon/boot.js", import.meta.url))).href;
/** What the store's writes end in. 5 is EIO. */
const CALLS = ["posix/io/sync/fsync", "posix/io/sync/fdatasync", "posix/io/rw/pwrite"];

let scene: Scene | undefined;
let child: LiveChild | undefined;
let daemon: LiveCommand | undefined;
afterEach(async () => {
  await child?.end().catch(() => {});
  await scene?.close();
  await daemon?.finished.catch(() => {});
});

/** The real daemon where the library may make calls fail; that it was loaded by a variable, boot() is not to see. */
async function startDaemon({ home }: Scene): Promise<{ pid: number; control: (command: string) => void }> {
  const pipes = join(home.root, "fiu");
  const script = home.write("daemon.mjs", `delete process.env.LD_PRELOAD; await (await import(${JSON.stringify(BOOT)})).boot();`);
  const env = { ...daemonEnvironment(home.env), PATH: process.env["PATH"] ?? "" };
  daemon = spawnProgram("fiu-run", ["-x", "-f", pipes, process.execPath, script], { env, cwd: home.work });
  await expect.poll(async () => (await home.run(["daemon", "status", "--json"])).stdout).toContain('"running":true');
  const { pid } = JSON.parse((await home.succeed(["daemon", "status", "--json"])).stdout) as { pid: number };
  return {
    pid,
    control: (command) => {
      const done = spawnSync("fiu-ctrl", ["-f", pipes, ...CALLS.flatMap((name) => ["-c", command.replace("NAME", name)]), String(pid)]);
      expect({ status: done.status, stderr: done.stderr.toString() }).toEqual({ status: 0, stderr: "" });
    },
  };
}

describeWithClients(["fiu-run"], "a disk that answers EIO", () => {
  it("fails the command that writes, and no request; back again, it takes what it refused", async () => {
    const opened = (scene = await openScene());
    const { pid, control } = await startDaemon(opened);
    const key = await opened.login("openai");
    child = new LiveChild(opened.home);
    expect((await child.askOpenai()).status).toBe(200);
    control("enable name=NAME,failinfo=5");
    const second = makeKey("openai");
    opened.keys.push(second);
    const login = () => opened.home.run(["login", "openai", "--connection", "second", "--stdin"], { stdin: `${second}\n` });
    const refused = await login();
    expect({ exitCode: refused.exitCode, stderr: refused.stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("cannot be read or written (SQLITE_IOERR") as string,
    });
    for (let round = 0; round < 3; round++) expect((await child.askOpenai()).status).toBe(200);
    expect((await opened.home.succeed(["list", "--json"])).stdout).not.toContain('"second"');
    control("disable name=NAME");
    expect((await login()).exitCode).toBe(0);
    expect((await child.askOpenai()).status).toBe(200);
    expect(opened.upstream.requests.map(({ headers }) => headers["authorization"])).toEqual(Array(5).fill(`Bearer ${key}`));
    expect(JSON.parse((await opened.home.succeed(["daemon", "status", "--json"])).stdout)).toMatchObject({ pid });
    await withLimit(child.end(), "the run to end");
    expect((await opened.home.succeed(["audit", "verify", "--json"])).stdout).toContain('"ok":true');
    opened.assertNoSecret();
  });
});
