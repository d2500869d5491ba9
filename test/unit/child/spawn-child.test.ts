import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runChild, type ChildEnd } from "../../../src/child/spawn-child.ts";

const cwd = mkdtempSync(join(tmpdir(), "keyward-spawn-"));
const env = { PATH: "/usr/bin:/bin" };

const sh = (text: string, ...args: string[]): Promise<ChildEnd> => runChild({ command: "sh", args: ["-c", text, ...args], env, cwd });

function script(name: string, text: string): string {
  writeFileSync(join(cwd, name), text, { mode: 0o755 });
  return `./${name}`;
}

describe("runChild", () => {
  it.each([0, 1, 7, 125, 126, 127, 128, 255])("gives the child's own status %i", async (status) => {
    expect(await sh(`exit ${status}`)).toEqual({ exitCode: status, signal: null });
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGKILL", 137],
    ["SIGINT", 130],
    ["SIGHUP", 129],
    ["SIGPIPE", 141],
  ])("gives 128 + n for a child that %s ended", async (signal, exitCode) => {
    expect(await sh(`kill -${signal.slice(3)} $$`)).toEqual({ exitCode, signal });
  });

  it("gives the child its arguments byte for byte, its name as typed, its directory and nothing of our environment", async () => {
    const check = `test "$1" = 'a "b" $c' && test -z "$2" && test "$3" = "ü\n*" && test "$PWD" = '${cwd}' && test -z "$HOME"`;
    expect((await sh(check, "sh", 'a "b" $c', "", "ü\n*")).exitCode).toBe(0);
    expect((await sh("tr '\\0' ' ' < /proc/$$/cmdline | grep -q '^sh -c '")).exitCode).toBe(0);
  });

  it("runs a script without a first line as the shell would", async () => {
    expect((await runChild({ command: script("plain", "exit 9\n"), args: [], env, cwd })).exitCode).toBe(9);
  });

  it("takes its signal handlers away when the child ended, and when it never began", async () => {
    const before = process.listenerCount("SIGTERM");
    await sh("exit 0");
    await expect(runChild({ command: "no-such-command", args: [], env, cwd })).rejects.toThrow();
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });

  it("refuses with 127 what is not there", async () => {
    const refusal = expect.objectContaining({ code: "COMMAND_NOT_FOUND", message: "no-such-command: command not found" });
    await expect(runChild({ command: "no-such-command", args: [], env, cwd })).rejects.toEqual(refusal);
  });

  it.each([
    { what: "whose interpreter is missing", name: "orphan", args: [], message: /interpreter or the current directory/ },
    { what: "with an argument longer than the system takes", name: "", args: ["x".repeat(3_000_000)], message: /too long/ },
    { what: "with a NUL in an argument", name: "", args: ["a\0b"], message: /no program can be given/ },
  ])("refuses with 126 a command $what", async ({ name, args, message }) => {
    const command = name === "" ? "true" : script(name, "#!/no/such/interpreter\n");
    const started = runChild({ command, args, env, cwd });
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.toMatchObject({ code: "COMMAND_NOT_EXECUTABLE", exitCode: 126 });
  });

  it("leaves no zombie after many short runs", async () => {
    for (let round = 0; round < 50; round++) expect((await sh("exit 3")).exitCode).toBe(3);
    const zombies = await sh(
      `! grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | xargs -r grep -l '^PPid:.${process.pid}$' 2>/dev/null | grep .`,
    );
    expect(zombies.exitCode).toBe(0);
    rmSync(cwd, { recursive: true, force: true });
  });
});
