// Resolves argv[0] once, against the PATH the child will have, as execvp(3) and every shell do.
// In: the command as typed, the child's environment and directory. Out: the file to execute.
// It starts nothing; the file it returns is the one that is executed, so a later change of PATH cannot swap it.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { KeywardError } from "../core/errors.ts";

/** What execvp(3) searches when PATH is not set. */
const DEFAULT_PATH = "/bin:/usr/bin";

export interface CommandSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** @throws COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE */
export function findCommand(command: string, { env, cwd }: CommandSearch): string {
  // Windows adds extensions and searches by its own rules: CreateProcess does it.
  if (process.platform === "win32") return command;
  const candidates = command.includes("/")
    ? [resolve(cwd, command)]
    : searchPath(env["PATH"] ?? DEFAULT_PATH, cwd).map((directory) => `${directory}/${command}`);
  let refused: string | null = null;
  for (const candidate of command === "" ? [] : candidates) {
    const state = probe(candidate);
    if (state === "executable") return candidate;
    if (state !== "absent") refused ??= state;
  }
  if (refused !== null) throw notExecutable(command, refused);
  throw new KeywardError("COMMAND_NOT_FOUND", `${printable(command)}: command not found`, { hint: "check the spelling and the PATH" });
}

export function notExecutable(command: string, reason: string, cause?: unknown): KeywardError {
  return new KeywardError("COMMAND_NOT_EXECUTABLE", `${printable(command)}: cannot execute, ${reason}`, {
    hint: reason === NO_PERMISSION ? "chmod +x the file, or run it with its interpreter" : undefined,
    cause,
  });
}

/** An empty element of PATH means the current directory (execvp). */
function searchPath(path: string, cwd: string): string[] {
  return path.split(delimiter).map((directory) => resolve(cwd, directory));
}

const NO_PERMISSION = "permission denied";

/** "executable", "absent", or why the file cannot be executed. */
function probe(path: string): string {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return "it is a directory";
    accessSync(path, constants.X_OK);
    return "executable";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? NO_PERMISSION : "absent";
  }
}

/** A command is user input: control characters must not reach the terminal in an error line. */
function printable(command: string): string {
  const shown = command.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown === "" ? "''" : shown;
}
