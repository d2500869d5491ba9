// Forked by profile-daemon.mjs, not run by itself: the daemon with a CPU profiler in the same process, without an option or a preload of its own,
// for a daemon that finds a strange one starts itself anew. In: "start", "stop". Out: ready, started, the profile.
import { Session } from "node:inspector/promises";
import { boot } from "../../../dist/daemon/boot.js";

const SAMPLE_MICROS = 200;

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: SAMPLE_MICROS });

process.on("message", (order) => void carryOut(order));

async function carryOut(order) {
  if (order === "stop") return void process.send?.(await session.post("Profiler.stop"));
  await session.post("Profiler.start");
  process.send?.({ started: true });
}

await boot();
process.send?.({ ready: true });
