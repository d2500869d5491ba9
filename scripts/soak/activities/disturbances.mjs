// Used by soak.mjs, not run by itself, but with --crowd: keys are rotated, connections logged out and in again, and in the warm-up the daemon is
// restarted now and then, all under living runs. In: the world. Out: how often each was done. What it does to a run it notes there, so that requests.mjs
// can tell what must not happen from what was asked for.
import { setTimeout as pause } from "node:timers/promises";

/** A short soak does as many as a long one does in ten minutes. */
const PAUSE_MS = 15_000;
const STEPS = 40;
const MIN_PAUSE_MS = 1_500;
/** Restarts, as shares of the time: in the first third, so that memory is judged over one daemon's life. */
const RESTARTS = [1 / 20, 1 / 10, 3 / 20, 1 / 5];
/** A soak of seconds has one. */
const MIN_APART_MS = 3_000;
/** A request that was under way may still arrive with the key of before. */
const OLD_KEY_MS = 10_000;

export async function startDisturbances(world, { minutes, disturb }) {
  const tally = { name: "disturbances", rotations: 0, logouts: 0, restarts: 0, slowestRestartMs: 0, failed: 0, messages: [] };
  if (!disturb) return { end: async () => null };
  const durationMs = minutes * 60_000;
  const ending = new AbortController();
  const startedAtMs = performance.now();
  const due = RESTARTS.map((share) => startedAtMs + share * durationMs).filter(
    (atMs, at, all) => at === 0 || atMs - all[at - 1] > MIN_APART_MS,
  );
  const work = (async () => {
    for (let step = 0; !ending.signal.aborted; step += 1) {
      await pause(Math.max(MIN_PAUSE_MS, Math.min(PAUSE_MS, durationMs / STEPS)), undefined, { signal: ending.signal }).catch(() => {});
      if (ending.signal.aborted) return;
      const run = world.runs[step % world.runs.length];
      try {
        if (due.length > 0 && performance.now() >= due[0]) {
          due.shift();
          tally.slowestRestartMs = Math.max(tally.slowestRestartMs, await world.restart());
          tally.restarts += 1;
        } else if (step % 3 === 2) {
          await logOutAndIn(world, run);
          tally.logouts += 1;
        } else {
          await rotate(world, run);
          tally.rotations += 1;
        }
      } catch (error) {
        tally.failed += 1;
        tally.messages.push(error.message.split("\n")[0]);
      }
    }
  })();
  return {
    async end() {
      ending.abort();
      await work;
      return tally;
    },
  };
}

async function rotate(world, run) {
  const before = run.digest;
  const { key, digest } = world.makeKey();
  run.digests.add(digest);
  await world.logIn(run.connection, key);
  run.digest = digest;
  setTimeout(() => run.digests.delete(before), OLD_KEY_MS).unref();
}

async function logOutAndIn(world, run) {
  run.mayBeRefused = true;
  await world.stage.keyward(["logout", "openai", "--connection", run.connection, "--yes"]);
  await pause(500);
  await rotate(world, run);
  // Refusals of before may still be on their way.
  setTimeout(() => (run.mayBeRefused = false), 1_000).unref();
}
