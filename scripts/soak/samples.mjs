// Used by soak.mjs, not run by itself: looks at the daemon at even distances until the time is up.
// In: the world, a duration, a signal that ends it early. Out: the looks with their time in ms.
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

const SAMPLES = 60;

export async function sampleUntil(world, { durationMs, signal }) {
  const samples = [];
  const started = performance.now();
  for (let at = 1; at <= SAMPLES && !signal.aborted; at += 1) {
    const waitMs = Math.max(0, started + (durationMs * at) / SAMPLES - performance.now());
    await pause(waitMs, undefined, { signal }).catch(() => {});
    samples.push({ atMs: performance.now() - started, ...(await world.look()) });
  }
  return samples;
}
