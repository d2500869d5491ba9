// The table of live runs: who may use the proxy, until when. A run lives as long as its owner process, or until it expires.
// In: records from run.start or from the store after a restart. Out: authentication for the proxy, lists for people.
// A run that ends is removed from the store first; its token is worthless from then on.
import type { RunInfo } from "../../control/protocol.ts";
import type { Session } from "../../control/server.ts";
import type { Clock } from "../../core/clock.ts";
import { KeywardError } from "../../core/errors.ts";
import { isProcessAlive } from "../../core/process-identity.ts";
import type { BoundConnection, ProcessIdentity, RunRecord } from "../../core/run.ts";
import type { RunRecords } from "../../store/profile-store.ts";
import { ActiveRun, hashToken, type RunSources } from "./live-run.ts";

/** How often owners are looked at when their control connection still stands. */
const LOOK_MS = 2_000;
/** A dying process closes its sockets a moment before it is gone. */
const LAST_BREATH_MS = 100;

export interface RunProfile {
  readonly name: string;
  readonly runs: RunRecords;
  readonly sources: () => RunSources;
}

export interface LiveRunsOptions {
  readonly clock: Clock;
  /** A run has ended, for whatever reason. */
  readonly onEnd: (run: ActiveRun, reason: RunEnd) => void;
  readonly onBug: (what: string, error: unknown) => void;
}

export type RunEnd = "ended" | "owner gone" | "expired" | "port taken" | "profile deleted";

export class LiveRuns {
  readonly #options: LiveRunsOptions;
  readonly #runs = new Map<string, { readonly run: ActiveRun; readonly records: RunRecords }>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: LiveRunsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  get count(): number {
    return this.#runs.size;
  }

  get requests(): number {
    return [...this.#runs.values()].reduce((sum, { run }) => sum + run.requests, 0);
  }

  /** Names of the profiles that have live runs. */
  profiles(): Set<string> {
    return new Set([...this.#runs.values()].map(({ run }) => run.profile));
  }

  /** Keeps the run in the store, then lets it in. */
  add(profile: RunProfile, record: RunRecord): ActiveRun {
    profile.runs.put(record);
    return this.#enter(profile, record);
  }

  /** One connection more for a run that lives, also after a restart of the daemon. */
  bind(run: ActiveRun, bound: BoundConnection): void {
    run.bind(bound);
    try {
      this.#runs.get(run.id)?.records.put(run.record);
    } catch (error) {
      // The connection itself is stored; the run has it for as long as this daemon lives.
      this.#options.onBug("run record", error);
    }
  }

  /** Takes over what an earlier daemon left; runs whose owner is gone are removed. Returns how many live. */
  load(profile: RunProfile): number {
    let live = 0;
    for (const record of profile.runs.list()) {
      if (this.#runs.has(record.id)) continue;
      const run = this.#enter(profile, record);
      const reason = this.#isOver(run);
      if (reason === null) live++;
      else this.#end(run, reason);
    }
    return live;
  }

  /** Constant-time in the token; null for an unknown, ended or expired run or a wrong token. */
  authenticate(runId: string, token: string): ActiveRun | null {
    const run = this.#runs.get(runId)?.run;
    if (run === undefined) {
      hashToken(token);
      return null;
    }
    return run.hasToken(token) && !this.#isExpired(run) ? run : null;
  }

  isLive(runId: string): boolean {
    const run = this.#runs.get(runId)?.run;
    return run !== undefined && !this.#isExpired(run);
  }

  find(runId: string): ActiveRun | null {
    return this.#runs.get(runId)?.run ?? null;
  }

  /** @throws RUN_UNKNOWN */
  require(runId: string): ActiveRun {
    const run = this.find(runId);
    if (run === null || this.#isExpired(run))
      throw new KeywardError("RUN_UNKNOWN", "no live run has this id", { hint: "keyward runs list" });
    return run;
  }

  list(profile: string | null): RunInfo[] {
    const runs = [...this.#runs.values()].map(({ run }) => run).filter((run) => profile === null || run.profile === profile);
    return runs.map((run) => run.describe()).sort((a, b) => a.startedAtMs - b.startedAtMs);
  }

  /** The pids of all owners, to know a process that descends from a run. */
  owners(): ProcessIdentity[] {
    return [...this.#runs.values()].flatMap(({ run }) => (run.record.owner === null ? [] : [run.record.owner]));
  }

  /** The run that this process, and no other that had its pid before, keeps alive. */
  ownedBy(pid: number): ActiveRun | null {
    const owned = [...this.#runs.values()].find(({ run }) => run.record.owner?.pid === pid);
    return owned !== undefined && owned.run.record.owner !== null && isProcessAlive(owned.run.record.owner) ? owned.run : null;
  }

  /** Looks at the run's owner as soon as the connection ends. */
  tie(run: ActiveRun, session: Session): void {
    session.onClosed(() => {
      this.#lookAt(run);
      if (this.#runs.has(run.id)) setTimeout(() => this.#lookAt(run), LAST_BREATH_MS).unref();
    });
  }

  end(runId: string): ActiveRun {
    const run = this.require(runId);
    this.#end(run, "ended");
    return run;
  }

  endAll(profile: string, reason: RunEnd): void {
    for (const { run } of this.#runs.values()) if (run.profile === profile) this.#end(run, reason);
  }

  /** Stops looking; the records stay for the next daemon. */
  close(): void {
    clearInterval(this.#timer);
  }

  #enter(profile: RunProfile, record: RunRecord): ActiveRun {
    const run = new ActiveRun(profile.name, record, profile.sources);
    this.#runs.set(record.id, { run, records: profile.runs });
    return run;
  }

  #look(): void {
    for (const { run } of this.#runs.values()) this.#lookAt(run);
  }

  #lookAt(run: ActiveRun): void {
    if (!this.#runs.has(run.id)) return;
    const reason = this.#isOver(run);
    if (reason !== null) this.#end(run, reason);
  }

  #isOver(run: ActiveRun): RunEnd | null {
    if (this.#isExpired(run)) return "expired";
    const { owner } = run.record;
    return owner !== null && !isProcessAlive(owner) ? "owner gone" : null;
  }

  #isExpired(run: ActiveRun): boolean {
    const { expiresAtMs } = run.record;
    return expiresAtMs !== null && expiresAtMs <= this.#options.clock.nowMs();
  }

  #end(run: ActiveRun, reason: RunEnd): void {
    const entry = this.#runs.get(run.id);
    if (entry === undefined) return;
    this.#runs.delete(run.id);
    try {
      entry.records.remove(run.id);
    } catch (error) {
      // The token is dead all the same; the next daemon finds the owner gone and removes the record.
      this.#options.onBug("run record", error);
    }
    this.#options.onEnd(run, reason);
  }
}
