import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Control, World } from "../../../src/cli/context.ts";
import { runCli } from "../../../src/cli/run-cli.ts";
import { daemonEnvironment } from "../../../src/config/environment.ts";
import { connectControl, type ControlClient } from "../../../src/control/client.ts";
import type { MethodName } from "../../../src/control/protocol.ts";
import { ensureDaemon } from "../../../src/control/start-daemon.ts";
import { withLimit } from "../../support/wait.ts";
import { DaemonHome, PROGRAM } from "../daemon/daemon-home.ts";
import { KEY, LOGIN } from "../daemon/living-daemon.ts";

let home: DaemonHome;

beforeEach(async () => {
  home = new DaemonHome();
  // A stored key, so that a run has something to bind and to sweep for.
  const client = await home.connect();
  await client.call("connection.store", LOGIN);
});
afterEach(() => home.remove());

type Death = (client: ControlClient) => Promise<void>;

/** kill -9, seen by the command before it goes on. */
const kill: Death = (client) => home.kill(client);
/** As another command's `daemon stop`: it has begun, and the process is still there. */
const stop: Death = async (client) => {
  const other = await connectControl(home.paths.controlSocket);
  await other?.call("daemon.stop", {});
  await withLimit(client.closed, "the daemon to end its connections");
  other?.close();
};
/** The signal is on its way while the call is written: it is answered, refused, or left behind unread. */
const signal: Death = async (client) => void process.kill(client.daemon.pid, "SIGTERM");

/** The whole command in this process, with a daemon that dies once, right before this call. */
async function keyward(argv: readonly string[], { before, death }: { readonly before: MethodName | null; readonly death: Death }) {
  const called: MethodName[] = [];
  let deaths = 0;
  const watched = (client: ControlClient): Control => ({
    call: async (method, params) => {
      called.push(method);
      if (method === before && deaths === 0) {
        deaths += 1;
        await death(client);
      }
      return client.call(method, params);
    },
    close: () => client.close(),
    closed: client.closed,
    notice: client.notice,
  });
  const out: string[] = [];
  const sink = (kind: string) => ({ write: (text: string) => void out.push(`${kind}${text}`), isTTY: false, columns: undefined });
  const world: World = {
    stdin: new PassThrough().end(),
    stdout: sink(""),
    stderr: sink("! "),
    // A variable with the key under a name of its own: the run asks the daemon what to put in its place.
    environment: { ...home.env, TERM: "xterm", OTHER_NAME: KEY },
    cwd: mkdtempSync(join(home.root, "cwd-")),
    nowMs: () => Date.now(),
    connect: async (paths) => watched(await ensureDaemon(paths, { environment: daemonEnvironment(home.env), program: PROGRAM })),
    find: async (paths) => {
      const client = await connectControl(paths.controlSocket);
      return client === null ? null : watched(client);
    },
  };
  const status = await runCli(argv, world);
  return { status, said: out.join(""), called, deaths };
}

const DEATHS = { "killed with SIGKILL": kill, "stopped by another command": stop, "ended by SIGTERM in that moment": signal } as const;
const MOMENTS: readonly (readonly [how: keyof typeof DEATHS, before: MethodName])[] = [
  ["killed with SIGKILL", "run.start"],
  ["stopped by another command", "run.start"],
  ["ended by SIGTERM in that moment", "run.start"],
  ["killed with SIGKILL", "run.sweep"],
  ["stopped by another command", "run.sweep"],
  ["killed with SIGKILL", "run.end"],
];
const NOTICE = "! warning: OTHER_NAME held a stored secret; the program gets its placeholder instead\n";

describe("a daemon that dies under a command", () => {
  it.each(MOMENTS)("%s before %s does not fail a run", async (how, before) => {
    const mark = join(home.root, "ran");
    const program = `require("fs").writeFileSync(process.argv[1], process.env.OTHER_NAME.slice(0, 3) + process.env.OPENAI_API_KEY);
      process.exit(7)`;
    const { status, said, called, deaths } = await keyward(["run", "--", process.execPath, "-e", program, mark], {
      before,
      death: DEATHS[how],
    });
    expect({ status, said, deaths }).toEqual({ status: 7, said: NOTICE, deaths: 1 });
    // Placeholders, both of them.
    expect(readFileSync(mark, "utf8")).toMatch(/^sk-sk-/);
    expect(readFileSync(mark, "utf8")).not.toContain(KEY);
    expect(called.filter((method) => method === "run.sweep").length).toBeGreaterThan(0);
    // A run that nobody ended goes with its owner, which is this process; any other has left nothing.
    const { runs } = await (await home.connect()).call("run.list", { profile: null });
    expect(runs).toHaveLength(before === "run.end" ? 1 : 0);
  });

  it("does not fail a command that only looks", async () => {
    const listed = await keyward(["connection", "list", "--json"], { before: "connection.list", death: kill });
    expect(listed).toMatchObject({ status: 0, deaths: 1 });
    expect(listed.said).toContain('"openai"');
  });

  it.each([
    ["killed", kill],
    ["ended by SIGTERM in that moment", signal],
  ])("%s does not fail a command that stores, which is done once", async (_how, death) => {
    const stored = await keyward(["vault", "put", "SOME_SECRET", "--from-env", "OTHER_NAME"], { before: "vault.put", death });
    expect(stored).toMatchObject({ status: 0, deaths: 1 });
    const { versions } = await (await home.connect()).call("vault.versions", { profile: null, name: "SOME_SECRET", scope: null });
    expect(versions).toHaveLength(1);
  });
});
