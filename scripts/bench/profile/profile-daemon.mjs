// Used by compare.mjs, not run by itself: a CPU profile of the daemon under load on 16 connections, and its functions as a table.
// In: the file to write, the world of the comparison, its report. Out: the profile for a browser's tools, the table in the report.
// The figures of the comparison come from a daemon that is not profiled.
import { fileURLToPath } from "node:url";
import { writeFileSync } from "node:fs";
import { start } from "../peers/keyward.mjs";
import { summarise } from "./summarise.mjs";
import { nextMessage, startWorker } from "../workers.mjs";

const LOAD = { connections: 16, durationMs: 4_000 };
const SHOWN = 30;

export async function profileDaemon(file, world, report) {
  const { daemonEnvironment } = await import("../../../dist/config/environment.js");
  const { DAEMON_NODE_OPTIONS } = await import("../../../dist/control/daemon-options.js");
  let worker;
  const startDaemon = async (stage) => {
    worker = startWorker("profile/profiled-daemon.mjs", { env: daemonEnvironment(stage.environment), execArgv: [...DAEMON_NODE_OPTIONS] });
    await nextMessage(worker);
    return { close: async () => worker.kill() };
  };
  const keyward = await start(world, { startDaemon });
  try {
    await world.load.ask("steady", keyward, LOAD);
    worker.send("start");
    await nextMessage(worker);
    const { cpuPerRequest, rps } = await world.load.ask("steady", keyward, LOAD);
    worker.send("stop");
    const { profile } = await nextMessage(worker);
    writeFileSync(file, JSON.stringify(profile));
    show(summarise(profile, fileURLToPath(new URL("../../..", import.meta.url))), { cpu: cpuPerRequest.proxy, rps, report });
  } finally {
    await keyward.close();
  }
}

function show({ functions }, { cpu, rps, report }) {
  report.say("\n### Where the daemon's time goes\n");
  report.say(
    `A profile of its own, 16 connections: ${Math.round(rps)} requests per second and ${Math.round(cpu)} µs of processor time each while`,
  );
  report.say("it is watched. The shares are of elapsed time, so a function that is interrupted shows more than it spends.\n");
  const micros = (share) => (share * cpu).toFixed(1);
  const rows = functions.slice(0, SHOWN).map(({ name, place, inclusive, own }) => [name, place, micros(inclusive), micros(own)]);
  report.table(["function", "file", "with what it calls, µs a request", "itself, µs"], rows);
}
