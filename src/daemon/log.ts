// The daemon's log: one JSON line an event, file mode 0600, one old file kept.
// In: an event name and ids, codes and counts. Nothing secret is ever handed to it, so it redacts nothing.
// An error is logged as name, code and stack frames: its text may quote what it choked on.
import { closeSync, constants, fstatSync, openSync, renameSync } from "node:fs";
import { destination, pino } from "pino";
import { readVariable } from "../config/environment.ts";
import { KeywardError, systemCode } from "../core/errors.ts";

export type LogLevel = "error" | "warn" | "info" | "debug" | "trace";
export type LogDetail = Readonly<Record<string, unknown>>;
export type DaemonLog = { readonly [L in LogLevel]: (event: string, detail?: LogDetail) => void };

const MAX_LOG_BYTES = 5 * 1024 * 1024;
const LEVELS: readonly string[] = ["error", "warn", "info", "debug", "trace"];

/** Renames a large log aside first. @throws HOME_UNUSABLE, HOME_UNSAFE */
export function openDaemonLog(path: string): DaemonLog {
  let file = openPrivate(path);
  if (fstatSync(file).size > MAX_LOG_BYTES) {
    closeSync(file);
    renameSync(path, `${path}.1`);
    file = openPrivate(path);
  }
  const wanted = readVariable("KEYWARD_LOG_LEVEL") ?? "info";
  const options = { level: LEVELS.includes(wanted) ? wanted : "info", base: { pid: process.pid }, messageKey: "event" };
  // sync: the lines before a crash are the ones that matter.
  return asDaemonLog(pino(options, destination({ fd: file, sync: true })));
}

function openPrivate(path: string): number {
  try {
    const file = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600);
    const { mode } = fstatSync(file);
    if (process.platform === "win32" || (mode & 0o077) === 0) return file;
    closeSync(file);
  } catch (error) {
    throw new KeywardError("HOME_UNUSABLE", `cannot write ${path} (${systemCode(error) ?? "unknown reason"})`, { cause: error });
  }
  throw new KeywardError("HOME_UNSAFE", `${path} can be read by other users`, { hint: `chmod 600 '${path}'` });
}

function asDaemonLog(logger: Pick<ReturnType<typeof pino>, LogLevel>): DaemonLog {
  const at =
    (level: LogLevel) =>
    (event: string, detail: LogDetail = {}) =>
      logger[level](detail, event);
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug"), trace: at("trace") };
}

/** Where a bug is, without what it said. */
export function describeBug(error: unknown): LogDetail {
  const name = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error ? framesOf(error) : [];
  const cause = error instanceof Error && error.cause !== undefined ? { cause: describeBug(error.cause) } : {};
  return { name, code: systemCode(error) ?? null, frames, ...cause };
}

function framesOf(error: Error): string[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines.slice(0, 20).map((line) => line.trim());
}
