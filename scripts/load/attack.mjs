// Used by flood.mjs and answers.mjs, not run by itself: somebody else who asks while a daemon is attacked, and how a figure is told.
// In: a held run, a connection. Out: the longest wait; lines on standard output, and status 1 when one is not good.
import { performance } from "node:perf_hooks";
import { HOST } from "../stage.mjs";

export function targetOf({ proxy, authorityPem, environment }) {
  return { servername: HOST, ca: authorityPem, proxy, authorization: `Bearer ${environment.OPENAI_API_KEY}` };
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

export function report(what, isGood, text) {
  console.log(`${isGood ? "ok  " : "FAIL"} ${what.padEnd(38)} ${text}`);
  if (!isGood) process.exitCode = 1;
}

export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
