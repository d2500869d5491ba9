// Forked by world.mjs, not run by itself: the daemon, in a process that tells how it is when it is asked. In: "look". Out: ready, then its
// memory, its open descriptors (Linux) and what keeps its event loop alive, by kind.
import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { boot } from "../../dist/daemon/boot.js";

setFlagsFromString("--expose-gc");
/** Garbage that nobody has come to collect yet is no leak: what is told is what is held. */
const collect = runInNewContext("gc");

process.on("message", () => {
  collect();
  const resources = process.getActiveResourcesInfo();
  const { rss, heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const timers = resources.filter((kind) => kind === "Timeout").length;
  process.send?.({ rss, heapTotal, heapUsed, external, arrayBuffers, descriptors: descriptors(), timers });
});

await boot();
process.send?.({ ready: true });

function descriptors() {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return null;
  }
}
