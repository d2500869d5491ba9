// Used by bench.mjs, not run by itself: watches how much memory another process holds, as the kernel counts it (Linux; null elsewhere).
import { residentBytes } from "./processes.mjs";

const EVERY_MS = 20;

/** Starts watching; `stop()` says the largest resident size seen, in bytes. */
export function watchMemory(pid) {
  let peak = residentBytes([pid]);
  const timer = setInterval(() => {
    const now = residentBytes([pid]);
    if (now !== null) peak = Math.max(peak ?? 0, now);
  }, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}
