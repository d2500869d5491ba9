// Used by answers.mjs, not run by itself: what an answer costs the daemon (Linux). In: its process. Out: the highest memory since, and
// how long somebody else waited meanwhile.
import { performance } from "node:perf_hooks";
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

/** One request after the other until told to stop; says the longest wait. */
export function keepAsking(connection) {
  const state = { isOver: false };
  let longestMs = 0;
  const done = (async () => {
    do {
      const started = performance.now();
      await connection.request("GET", "/");
      longestMs = Math.max(longestMs, performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 2));
    } while (!state.isOver);
  })();
  return {
    async stop() {
      state.isOver = true;
      await done;
      return longestMs;
    },
  };
}
