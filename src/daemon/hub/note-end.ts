// What is written down when a run has ended: its line in the audit, and for a linked profile the summary that waits for the hub.
// In: the run and why it ended. Out: nothing. Neither can keep a run from ending: what fails is logged as what it is, a bug.
import type { Paths } from "../../config/paths.ts";
import { loadSettings } from "../../config/settings-file.ts";
import type { Clock } from "../../core/clock.ts";
import { newId } from "../../core/ids.ts";
import type { Profiles } from "../profiles/profiles.ts";
import type { ActiveRun } from "../runs/live-run.ts";
import { readLink } from "./hub-link.ts";
import { RunQueue, summarize } from "./run-queue.ts";

export interface NoteEndParts {
  readonly profiles: Pick<Profiles, "opened">;
  readonly paths: Paths;
  readonly clock: Clock;
  /** A run that a hub lent something to is told to it, whether the profile is linked or not. */
  readonly isLent: (runId: string) => boolean;
  readonly bug: (what: string, error: unknown) => void;
}

export function noteEndBy({ profiles, paths, clock, isLent, bug }: NoteEndParts): (run: ActiveRun, reason: string) => void {
  const quietly = (what: string, act: () => void): void => {
    try {
      act();
    } catch (error) {
      bug(what, error);
    }
  };
  return (run, reason) => {
    // A profile that was locked or deleted meanwhile has nothing to write to.
    const profile = profiles.opened().find((open) => open.name === run.profile);
    if (profile === undefined) return;
    profile.takeBack(run.id);
    const ms = clock.nowMs() - run.record.startedAtMs;
    quietly("audit of a run's end", () => profile.audit.append({ kind: "run", requestId: newId("req"), runId: run.id, ms }));
    quietly("note of a run for the hub", () => {
      if (readLink(profile) === null && !isLent(run.id)) return;
      const queue = new RunQueue(paths, profile.name);
      queue.add(summarize(run, reason, clock.nowMs()));
      const keepDays = keepRunsDays(paths);
      if (keepDays > 0) queue.prune(clock.nowMs() - keepDays * DAY_MS);
    });
  };
}

const DAY_MS = 86_400_000;

/** Settings that cannot be read remove nothing. */
function keepRunsDays(paths: Paths): number {
  try {
    return loadSettings(paths)["hub.keep_runs_days"];
  } catch {
    return 0;
  }
}
