// `keyward audit tail`: the newest records and every one that comes, until Ctrl-C. With --json one object a line.
// A request shows when it has ended; the daemon is asked again and again, and found again when it was restarted.
import type { AuditEntry } from "../../../control/protocol.ts";
import { KeywardError } from "../../../core/errors.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { untilInterrupted } from "../../input/interrupt.ts";
import { LivingControl } from "../../reach/living-control.ts";
import { auditCells, auditObject } from "../../show/audit.ts";

interface TailArguments {
  readonly run?: string;
  readonly provider?: string;
  readonly denied?: boolean;
  readonly lines?: string;
}

const MAX_LINES = 1_000;
const LOOK_EVERY_MS = 500;

export const auditTail = define<TailArguments>({
  name: "audit tail",
  summary: "follow what is done with the keys",
  options: [
    { flags: "--run <id>", summary: "only this run" },
    { flags: "--provider <id>", summary: "only this provider" },
    { flags: "--denied", summary: "only what was refused" },
    { flags: "--lines <count>", summary: "how many of the newest to begin with (default: 10)" },
  ],
  examples: [
    { command: "keyward audit tail", does: "the last ten and what comes next, until Ctrl-C" },
    { command: "keyward audit tail --denied --json", does: "refusals as they happen, one JSON object a line" },
  ],
  run: async (args, context) => {
    const lines = parseLines(args.lines ?? "10");
    const stop = new AbortController();
    // Ctrl-C is the way to end it, so it is no error.
    const quietly = new KeywardError("USAGE", "ended by a signal");
    try {
      await untilInterrupted(follow(args, { context, lines, stopped: stop.signal }), () => quietly);
    } catch (error) {
      if (error !== quietly) throw error;
    } finally {
      stop.abort();
    }
  },
});

interface Following {
  readonly context: Context;
  readonly lines: number;
  readonly stopped: AbortSignal;
}

async function follow(args: TailArguments, { context, lines, stopped }: Following): Promise<void> {
  const query = { profile: context.profile, run: args.run ?? null, provider: args.provider ?? null, denied: args.denied === true };
  // The first call asks for a passphrase when it must; the later ones find the profile open.
  let { entries, lastSeq } = await context.call("audit.tail", { ...query, limit: lines, afterSeq: null });
  print(entries, context);
  const daemon = new LivingControl(await context.control(), context);
  try {
    for (await pause(stopped); !stopped.aborted; await pause(stopped)) {
      const next = await daemon.call("audit.tail", { ...query, limit: MAX_LINES, afterSeq: lastSeq });
      if (next === null) continue;
      ({ entries, lastSeq } = next);
      print(entries, context);
    }
  } finally {
    daemon.close();
  }
}

/** Without the releases of requests that have not ended: their records come. */
function print(entries: readonly AuditEntry[], { out }: Context): void {
  for (const entry of entries) {
    if (entry.kind === "request" && entry.ms === null) continue;
    out.line(auditCells(entry).join("  ").trimEnd(), entry.kind === "denied" ? "bad" : null);
    out.objectLine(auditObject(entry));
  }
}

function pause(stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stopped.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, LOOK_EVERY_MS);
    stopped.addEventListener("abort", end);
  });
}

function parseLines(text: string): number {
  const lines = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (lines >= 0 && lines <= MAX_LINES) return lines;
  throw new KeywardError("USAGE", `--lines takes a number from 0 to ${MAX_LINES}`);
}
