// `keyward daemon logs`: the end of the daemon's log, and with -f what comes next.
// The log holds no secret by construction; control characters are taken out on the way to the terminal.
import { closeSync, openSync, readSync, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { KeywardError, systemCode } from "../../../core/errors.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { untilInterrupted } from "../../input/interrupt.ts";

const MAX_TAIL_BYTES = 1024 * 1024;
const LOOK_EVERY_MS = 1_000;
const MAX_LINES = 100_000;

export const daemonLogs = define<{ lines?: string; follow?: boolean }>({
  name: "daemon logs",
  summary: "show the daemon's log",
  options: [
    { flags: "--lines <count>", summary: "how many lines of its end (default: 100)" },
    { flags: "-f, --follow", summary: "go on with what is written next" },
  ],
  examples: [
    { command: "keyward daemon logs", does: "the last 100 lines" },
    { command: "keyward daemon logs --lines 10 -f", does: "and what comes next, until Ctrl-C" },
  ],
  run: async (args, context) => {
    const count = parseCount(args.lines ?? "100");
    if (args.follow === true && context.out.json) throw new KeywardError("USAGE", "--follow has no end, so it has no JSON object");
    const { lines, size } = tail(context.paths.daemonLog, count);
    for (const line of lines) context.out.line(line);
    context.out.object({ path: context.paths.daemonLog, lines });
    if (lines.length === 0) context.out.note("the daemon has written nothing yet");
    if (args.follow === true) await followUntilCtrlC(context, size);
  },
});

/** Ctrl-C is the way to end it, so it is no error. */
async function followUntilCtrlC(context: Context, fromByte: number): Promise<void> {
  const ended = new AbortController();
  const quietly = new KeywardError("USAGE", "ended by a signal");
  try {
    await untilInterrupted(follow(context, fromByte, ended.signal), () => quietly);
  } catch (error) {
    if (error !== quietly) throw error;
  } finally {
    ended.abort();
  }
}

function parseCount(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (count >= 0 && count <= MAX_LINES) return count;
  throw new KeywardError("USAGE", `--lines takes a number from 0 to ${MAX_LINES}`);
}

function tail(path: string, count: number): { lines: string[]; size: number } {
  const size = sizeOf(path);
  const from = Math.max(0, size - MAX_TAIL_BYTES);
  const lines = read(path, from, size)
    .split("\n")
    .slice(from === 0 ? 0 : 1)
    .filter((line) => line !== "");
  return { lines: count === 0 ? [] : lines.slice(-count), size };
}

/** Watches the directory, for the log is replaced when it grows; the timer covers file systems that tell nothing. */
function follow({ paths, out }: Context, fromByte: number, ended: AbortSignal): Promise<never> {
  return new Promise<never>((_, reject) => {
    let position = fromByte;
    let partial = "";
    const look = (): void => {
      try {
        const size = sizeOf(paths.daemonLog);
        if (size < position) position = 0;
        const lines = (partial + read(paths.daemonLog, position, size)).split("\n");
        position = size;
        partial = lines.pop() ?? "";
        for (const line of lines) out.line(line);
      } catch (error) {
        reject(error);
      }
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    ended.addEventListener("abort", () => clearInterval(timer));
    try {
      watch(dirname(paths.daemonLog), { signal: ended }, look).on("error", () => undefined);
    } catch {
      // The timer does it alone.
    }
  });
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return 0;
    throw unreadable(path, error);
  }
}

function read(path: string, from: number, to: number): string {
  if (to <= from) return "";
  try {
    const file = openSync(path, "r");
    try {
      const buffer = Buffer.alloc(to - from);
      return buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, from));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): KeywardError {
  return new KeywardError("HOME_UNUSABLE", `cannot read ${path} (${systemCode(error) ?? "unknown reason"})`, { cause: error });
}
