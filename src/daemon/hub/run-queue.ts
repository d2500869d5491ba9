// Runs that ended and wait to be told to the hub: one private file each, oldest first. A file that cannot be read is left out, never in the way.
// In: the summary of a run. Out: files in the home's state. They hold ids, names and counts: no argument, query or value; what of it leaves says limit-summary.ts.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensurePrivateDirectory } from "../../config/home.ts";
import type { Paths } from "../../config/paths.ts";
import { KeywardError } from "../../core/errors.ts";
import type { ActiveRun } from "../runs/live-run.ts";
import { readPrivateFile, removeFile, writePrivateFile } from "../../store/private-files.ts";

/** What the hub keeps of a run. Times are unix seconds. */
export interface RunSummary {
  readonly run_id: string;
  readonly started_at: number;
  readonly ended_at: number;
  readonly reason: string;
  /** The program as it was called, without its arguments. */
  readonly command: string;
  readonly level: string;
  readonly requests: number;
  readonly denied: number;
  readonly connections: readonly string[];
}

export interface QueuedRun {
  readonly summary: RunSummary;
  readonly attempts: number;
  /** Code of the last failure. */
  readonly lastError: string | null;
  readonly uploadedAtMs: number | null;
}

/** @param reason why it ended */
export function summarize(run: ActiveRun, reason: string, nowMs: number): RunSummary {
  const { id, command, startedAtMs, connections, level } = run.describe();
  return {
    run_id: id,
    started_at: Math.floor(startedAtMs / 1_000),
    ended_at: Math.floor(nowMs / 1_000),
    reason,
    command: command.slice(0, 256),
    level,
    requests: run.requests,
    denied: run.denied,
    connections: connections.map(({ provider, name }) => `${provider}/${name}`),
  };
}

const FILE = /^(run_[0-9A-Za-z]{1,60})\.json$/;
/** Older ones that were uploaded go by themselves. */
const KEEP_UPLOADED = 500;

export class RunQueue {
  readonly #directory: string;

  constructor(paths: Paths, profile: string) {
    this.#directory = join(paths.state, "runs", profile);
  }

  add(summary: RunSummary): void {
    this.#write({ summary, attempts: 0, lastError: null, uploadedAtMs: null });
  }

  /** Oldest first. */
  list(): QueuedRun[] {
    const found = this.#names().map((name) => this.#read(name));
    return found.filter((run) => run !== null).toSorted((a, b) => a.summary.started_at - b.summary.started_at);
  }

  /** @throws RUN_UNKNOWN */
  require(runId: string): QueuedRun {
    const found = FILE.test(`${runId}.json`) ? this.#read(`${runId}.json`) : null;
    if (found === null)
      throw new KeywardError("RUN_UNKNOWN", "no run of this id waits or was uploaded", {
        hint: "keyward sync --status",
        // Nothing is wrong with the words: it is not there (any more).
        detail: { exitStatus: 1 },
      });
    return found;
  }

  markUploaded(run: QueuedRun, nowMs: number): void {
    this.#write({ ...run, lastError: null, uploadedAtMs: nowMs });
  }

  /** After an upload, not after each run of it: it reads every file. */
  trim(): void {
    const uploaded = this.list().filter((each) => each.uploadedAtMs !== null);
    for (const old of uploaded.slice(0, Math.max(0, uploaded.length - KEEP_UPLOADED))) this.remove(old.summary.run_id);
  }

  markFailed(run: QueuedRun, code: string): void {
    this.#write({ ...run, attempts: run.attempts + 1, lastError: code });
  }

  /** Those that began before, uploaded or not. */
  prune(beforeMs: number): void {
    for (const { summary } of this.list()) if (summary.started_at * 1_000 < beforeMs) this.remove(summary.run_id);
  }

  /** With the profile. */
  clear(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  remove(runId: string): void {
    if (FILE.test(`${runId}.json`)) removeFile(join(this.#directory, `${runId}.json`));
  }

  #names(): string[] {
    try {
      return readdirSync(this.#directory).filter((name) => FILE.test(name));
    } catch {
      return [];
    }
  }

  #read(name: string): QueuedRun | null {
    try {
      const run = JSON.parse(readPrivateFile(join(this.#directory, name))?.toString("utf8") ?? "") as QueuedRun;
      const isWhole = `${run.summary.run_id}.json` === name && Number.isInteger(run.attempts) && Number.isInteger(run.summary.started_at);
      return isWhole ? run : null;
    } catch {
      return null;
    }
  }

  #write(run: QueuedRun): void {
    ensurePrivateDirectory(join(this.#directory, ".."));
    ensurePrivateDirectory(this.#directory);
    writePrivateFile(join(this.#directory, `${run.summary.run_id}.json`), `${JSON.stringify(run)}\n`);
  }
}
