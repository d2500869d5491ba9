// One daemon per home: a lock file that names its holder (pid, start time, socket), taken and broken without a race.
// In: the lock's path and who wants it. Out: taken, or who holds it. A holder that no longer lives counts for nothing, whatever
// process has its pid today; nobody is ever signalled because a file names a pid.
import { linkSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { KeywardError, systemCode } from "../core/errors.ts";
import { randomText } from "../core/ids.ts";
import { isProcessAlive } from "../core/process-identity.ts";
import type { ProcessIdentity } from "../core/run.ts";

export interface LockHolder extends ProcessIdentity {
  readonly socket: string;
  readonly version: string;
}

export type LockOutcome = { readonly taken: true } | { readonly taken: false; readonly holder: LockHolder };

/** Attempts before giving up; each failed one means that somebody else moved on. */
const MAX_ATTEMPTS = 200;
/** A stale lock is removed only under a lock of its own, whose stale lock is removed only under … */
const MAX_DEPTH = 4;

/** Who holds the lock and lives, or null. @throws HOME_UNUSABLE */
export function readLock(path: string): LockHolder | null {
  const holder = readHolder(path);
  return holder !== null && isProcessAlive(holder) ? holder : null;
}

/** @throws HOME_UNUSABLE */
export function takeLock(path: string, self: LockHolder): LockOutcome {
  const draft = `${path}.${self.pid}.${randomText(8)}`;
  try {
    // The content is complete before the name exists: link() either makes the lock whole or fails.
    writeFileSync(draft, JSON.stringify(self), { flag: "wx", mode: 0o600 });
    return takeWith(draft, path, 0);
  } catch (error) {
    if (error instanceof KeywardError) throw error;
    throw new KeywardError("HOME_UNUSABLE", `cannot write ${path} (${systemCode(error) ?? "unknown reason"})`, {
      hint: "point KEYWARD_HOME at a directory you can write",
      cause: error,
    });
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Of many commands that find no daemon at once one starts it; the others need not start a process each that finds the home held.
 * Only a saving: the daemon's own lock decides. Where it cannot be read or written (a home that is not there yet, or not ours), everybody starts.
 */
export function claimStart(path: string, self: LockHolder): "another" | (() => void) {
  try {
    if (readLock(path) !== null) return "another";
    return takeLock(path, self).taken ? () => releaseLock(path, self) : "another";
  } catch {
    return () => undefined;
  }
}

/** Removes the lock if `self` holds it. */
export function releaseLock(path: string, self: ProcessIdentity): void {
  const holder = readHolder(path);
  if (holder !== null && holder.pid === self.pid && holder.startedAt === self.startedAt) rmSync(path, { force: true });
}

function takeWith(draft: string, path: string, depth: number): LockOutcome {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (tryLink(draft, path)) return { taken: true };
    const text = readText(path);
    if (text === null) continue;
    const holder = parseHolder(text);
    if (holder !== null && isProcessAlive(holder)) return { taken: false, holder };
    breakStale({ draft, path, text, depth });
  }
  throw new KeywardError("HOME_UNUSABLE", `the lock ${path} is left over and cannot be removed`, { hint: `rm '${path}'*` });
}

/** Removes the lock that said `text`, under the breaker lock beside it, so that a fresh lock is never taken for the stale one. */
function breakStale(stale: { draft: string; path: string; text: string; depth: number }): void {
  if (stale.depth >= MAX_DEPTH) return;
  const breaker = `${stale.path}.break`;
  if (!takeWith(stale.draft, breaker, stale.depth + 1).taken) return pause();
  try {
    if (readText(stale.path) === stale.text) unlinkSync(stale.path);
  } finally {
    rmSync(breaker, { force: true });
  }
}

/** Another process is breaking the same lock right now: a few system calls of its time. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

function readHolder(path: string): LockHolder | null {
  const text = readText(path);
  return text === null ? null : parseHolder(text);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = systemCode(error);
    // ENOTDIR: a file lies where the home would be; who makes the home says so.
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new KeywardError("HOME_UNUSABLE", `cannot read ${path} (${code ?? "unknown reason"})`, {
      hint: "point KEYWARD_HOME at a directory of your own",
      cause: error,
    });
  }
}

/** null for anything that is not a lock: a damaged file is stale. */
function parseHolder(text: string): LockHolder | null {
  try {
    const { pid, startedAt, socket, version } = JSON.parse(text) as Partial<LockHolder>;
    const fits = Number.isSafeInteger(pid) && typeof startedAt === "string" && typeof socket === "string" && typeof version === "string";
    return fits ? ({ pid, startedAt, socket, version } as LockHolder) : null;
  } catch {
    return null;
  }
}
