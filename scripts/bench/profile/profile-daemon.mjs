// Used by compare.mjs, not run by itself: a CPU profile of the daemon under load on 16 connections, and its functions as a table.
// In: the file to write, the world of the comparison. Out: the profile for a browser's tools, the table on standard output.
// The figures of the comparison come from a daemon that is not profiled.
import { fileURLToPath } from "node:url";
import { writeFileSync } from "node:fs";
import { start } from "../peers/keyward.mjs";
import { summarise } from "./summarise.mjs";
import { nextMessage, startWorker } from "../workers.mjs";

const LOAD = { connections: 16, durationMs: 4_000 };
const SHOWN = 30;

export async function profileDaemon(file, world) {
  const { daemonEnvironment } = await import("../../../dist/config/environment.js");
  let worker;
  const startDaemon = async (stage) => {
    worker = startWorker("profile/profiled-daemon.mjs", { env: daemonEnvironment(stage.environment), execArgv: [] });
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
    show(summarise(profile, fileURLToPath(new URL("../../..", import.meta.url))), { cpu: cpuPerRequest.proxy, rps, file });
  } finally {
    await keyward.close();
  }
}

function show({ functions }, { cpu, rps, file }) {
  console.log(
    `\n## Where the daemon's time goes\n\n16 connections, ${Math.round(rps)} requests per second while profiled, ${Math.round(cpu)} µs each. ${file}`,
  );
  const head = "| function | file | with what it calls, µs a request | itself, µs |\n| --- | --- | --- | --- |";
  const micros = (share) => (share * cpu).toFixed(1);
  const rows = functions
    .slice(0, SHOWN)
    .map(({ name, place, inclusive, own }) => `| ${name} | ${place} | ${micros(inclusive)} | ${micros(own)} |`);
  console.log(`\n${head}\n${rows.join("\n")}`);
}
