// The child behaves under keyward as it would without: status, signals, terminal and job control, seen from outside with real programs.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { describeWithClients, PYTHON } from "../../support/clients.ts";
import { outputMatching, withLimit } from "../../support/wait.ts";

const WRAPPER = fileURLToPath(new URL("../../support/child/wrapper.mjs", import.meta.url));
const PTY = fileURLToPath(new URL("../../support/on-terminal.py", import.meta.url));

/** In a session of its own, without a terminal. */
async function startWithoutTerminal(script: string): Promise<ChildProcess> {
  const wrapper = spawn(process.execPath, [WRAPPER, "sh", "-c", script], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  if (wrapper.stdout === null) throw new Error("no output to read");
  await outputMatching(wrapper.stdout, /began/);
  return wrapper;
}

const ending = (wrapper: ChildProcess): Promise<unknown[]> => withLimit(once(wrapper, "exit"), "the wrapper to end");

describe("without a terminal", () => {
  it.each(["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT"] as const)(
    "a %s sent to keyward alone reaches the child",
    async (signal) => {
      const name = signal.slice(3);
      const wrapper = await startWithoutTerminal(`trap 'exit 42' ${name}; echo began; while :; do sleep 0.05; done`);
      wrapper.kill(signal);
      expect(await ending(wrapper)).toEqual([42, null]);
    },
  );

  it.each(["SIGTERM", "SIGHUP", "SIGUSR1", "SIGINT"] as const)("keyward dies by %s when its child does", async (signal) => {
    const wrapper = await startWithoutTerminal("echo began; exec sleep 60");
    wrapper.kill(signal);
    expect(await ending(wrapper)).toEqual([null, signal]);
  });

  it.each(["KILL", "SEGV", "ABRT", "PIPE"])("a child that ended itself by SIG%s is told to the shell the same way", (signal) => {
    const shell = spawnSync("sh", [
      "-c",
      'ulimit -c 0; "$@"; echo "status $?"',
      "sh",
      process.execPath,
      WRAPPER,
      "sh",
      "-c",
      `kill -${signal} $$`,
    ]);
    const number = { KILL: 9, SEGV: 11, ABRT: 6, PIPE: 13 }[signal] ?? 0;
    expect(shell.stdout.toString()).toBe(`status ${128 + number}\n`);
  });

  it("statuses, input and output are the child's, and keyward adds nothing", () => {
    const run = spawnSync(process.execPath, [WRAPPER, "sh", "-c", "cat; echo err >&2; exit 7"], { input: "in\0put" });
    expect([run.status, run.stdout.toString(), run.stderr.toString()]).toEqual([7, "in\0put", "err\n"]);
  });

  it("a reader that goes away ends the child by SIGPIPE as in any pipeline", () => {
    const run = spawnSync("bash", ["--norc", "-c", '"$@" | head -n 1; echo "${PIPESTATUS[0]}"', "bash", process.execPath, WRAPPER, "yes"]);
    expect(run.stdout.toString()).toBe("y\n141\n");
  });

  it("a file handed over by process substitution is open in the child", () => {
    const run = spawnSync("bash", ["--norc", "-c", '"$@" <(echo hello)', "bash", process.execPath, WRAPPER, "cat"]);
    expect(run.stdout.toString()).toBe("hello\n");
  });

  it.each([
    ["no-such-command", 127],
    ["/", 126],
  ])("%s ends with one line and %i", (command, status) => {
    const run = spawnSync(process.execPath, [WRAPPER, command]);
    expect(run.status).toBe(status);
    expect(run.stderr.toString().split("\n")).toHaveLength(2);
  });
});

interface Step {
  readonly expect: string;
  readonly type: string;
}

/** The end of bash's line about a stopped job, and its prompt: only then is it ready to be typed at. */
const STOPPED = "'\r\nREADY> ";

/** Types into an interactive bash on a real terminal; `$W` runs keyward's wrapper. */
function inShell(steps: readonly Step[]): { shown: string; status: number | null } {
  const env = { PATH: process.env["PATH"], W: `${process.execPath} ${WRAPPER}`, PS1: "READY> ", TERM: "dumb" };
  const bash = spawnSync(PYTHON, [PTY, JSON.stringify(steps), "bash", "--norc", "--noprofile", "-i"], { env, encoding: "utf8" });
  return { shown: `${bash.stdout}${bash.stderr}`, status: bash.status };
}

describeWithClients(["python3"], "on a terminal", () => {
  it("Ctrl-C reaches the child once", () => {
    // Half a second after the first signal the child tells how many there were.
    const script = `trap "n=x\\$n" INT; echo be""gan; i=0; while [ $i -lt 10 ]; do sleep 0.05; [ -n "$n" ] && i=$((i+1)); done; echo "<$n>"`;
    const { shown, status } = inShell([
      { expect: "READY> ", type: `$W sh -c '${script}'\n` },
      { expect: "began", type: "\x03" },
      { expect: "<x>", type: "exit 5\n" },
    ]);
    expect([status, shown]).toEqual([5, shown]);
  });

  it.each([
    ["Ctrl-C", "\x03", 130],
    ["Ctrl-\\", "\x1c", 131],
  ])("%s ends a child that does not care, with status", (_key, key, status) => {
    const { shown, status: ended } = inShell([
      { expect: "READY> ", type: "ulimit -c 0; $W sh -c 'echo be\"\"gan; exec sleep 60'\n" },
      { expect: "began", type: key },
      { expect: "READY> ", type: "exit $?\n" },
    ]);
    expect([ended, shown]).toEqual([status, shown]);
  });

  it("Ctrl-Z gives the prompt back, and fg carries on", () => {
    const { shown, status } = inShell([
      { expect: "READY> ", type: '$W sh -c \'echo be""gan; read x; echo "got <$x>"; exit 6\'\n' },
      { expect: "began", type: "\x1a" },
      { expect: STOPPED, type: "fg\n" },
      { expect: "fg\r\n", type: "hello\n" },
      { expect: "got <hello>", type: "exit $?\n" },
    ]);
    expect([status, shown]).toEqual([6, shown]);
  });

  it("a child that stops itself, as less does, gives the prompt back as well", () => {
    const { shown, status } = inShell([
      { expect: "READY> ", type: '$W sh -c \'echo be""gan; kill -TSTP $$; echo re""sumed; exit 6\'\n' },
      { expect: STOPPED, type: "fg\n" },
      { expect: "resumed", type: "exit $?\n" },
    ]);
    expect([status, shown]).toEqual([6, shown]);
  });

  it("a job in the background that asks for input stops as a whole and carries on in the foreground", () => {
    const { shown, status } = inShell([
      { expect: "READY> ", type: '$W sh -c \'echo be""gan; read x; echo "got <$x>"; exit 6\' &\n' },
      { expect: "began", type: "until jobs | grep -q Stopped; do sleep 0.05; done; fg\nhello\n" },
      { expect: "got <hello>", type: "exit $?\n" },
    ]);
    expect([status, shown]).toEqual([6, shown]);
  });

  it("the child sees the terminal and its size, also after a change", () => {
    const child = `$W bash --norc -c 'trap "stty size" WINCH; test -t 0 && test -t 1 && test -t 2 && stty rows 31 cols 97; read -t 5 x; read -t 5 x; echo "be""gan"; exit 3'\n`;
    const { shown, status } = inShell([
      { expect: "READY> ", type: child },
      { expect: "31 97", type: "\n\n" },
      { expect: "began", type: "exit $?\n" },
    ]);
    expect([status, shown]).toEqual([3, shown]);
  });
});
