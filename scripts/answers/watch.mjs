// Used by answers.mjs, not run by itself: what an answer costs the daemon (Linux). In: its process. Out: the highest memory since.
import { residentBytes } from "../bench/processes.mjs";

const EVERY_MS = 5;

/** The kernel's own peak cannot be reset for a process that hides its memory: it is looked at often instead. */
export function watchMemory(pid) {
  const before = residentBytes([pid]) ?? 0;
  let highest = before;
  const timer = setInterval(() => (highest = Math.max(highest, residentBytes([pid]) ?? 0)), EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return { before, highest: Math.max(highest, residentBytes([pid]) ?? 0) };
    },
  };
}
