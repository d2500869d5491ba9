// Run it before a release and after a change of how connections or runs are kept (`npm run soak`, `npm run soak -- --minutes 480`): runs, each
// with a key of its own, ask on kept-alive connections while keys are rotated, connections logged out and the daemon restarted; or, with
// --crowd, many of them with a thousand quiet streams. The real daemon is watched. Prints what was held to which bound; ends with 1 when one broke.
import { writeFileSync } from "node:fs";
import { startDisturbances } from "./soak/activities/disturbances.mjs";
import { startRequests } from "./soak/activities/requests.mjs";
import { startStreams } from "./soak/activities/streams.mjs";
import { judge } from "./soak/judge.mjs";
import { readOptions } from "./soak/options.mjs";
import { sampleUntil } from "./soak/samples.mjs";
import { buildWorld } from "./soak/world.mjs";

/** Begun in this order, ended in the other; each gives figures and how to end. More of them make a harder soak. */
const ACTIVITIES = [startStreams, startRequests, startDisturbances];
/** Connections to the upstream that nobody uses are closed after 20 s. */
const SETTLE_WITHIN_S = 45;
const SETTLED_ABOVE_IDLE = 4;

const options = readOptions(process.argv.slice(2));
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interruption.abort());

let world;
try {
  world = await buildWorld(options);
  await soak(world);
} catch (error) {
  console.error(`keyward soak: ${error.message}`);
  process.exitCode = 1;
} finally {
  await world?.close();
}

async function soak(soaked) {
  const idle = await soaked.look();
  const activities = [];
  for (const start of ACTIVITIES) activities.push(await start(soaked, options));
  console.error(
    `${options.runs} runs, ${options.runs * options.connections} connections, ${options.streams} streams: ${options.minutes} min …`,
  );
  const samples = await sampleUntil(soaked, { durationMs: options.minutes * 60_000, signal: interruption.signal });
  const figures = [];
  for (const activity of activities.reverse()) figures.push(await activity.end());
  const told = figures.filter((each) => each !== null);
  const after = await settle(soaked, idle);
  const { rows, isGood } = judge({
    idle,
    samples,
    after,
    figures: told,
    clients: options.disturb ? options.runs * options.connections : null,
  });
  print(rows);
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ options, idle, samples, after, figures: told }, null, 1)}\n`);
  const broken = rows.filter(({ isMet }) => !isMet).map(({ what }) => what);
  if (interruption.signal.aborted) console.log("\nsoak: interrupted: these are figures of a shorter time");
  else console.log(isGood ? "\nsoak: every bound was met" : `\nsoak: FAILED: ${broken.join("; ")}`);
  if (!isGood || interruption.signal.aborted) process.exitCode = 1;
}

/** How the daemon is when everything was closed and it had its time to notice. */
async function settle(soaked, idle) {
  let after = await soaked.look();
  for (let second = 0; second < SETTLE_WITHIN_S && after.descriptors > idle.descriptors + SETTLED_ABOVE_IDLE; second += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    after = await soaked.look();
  }
  return after;
}

function print(rows) {
  const table = [
    ["", "measured", "bound", ""],
    ...rows.map(({ what, value, bound, isMet }) => [what, value, bound, bound === "–" ? "" : isMet ? "met" : "BROKEN"]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, at) => cell.padEnd(widths[at])).join(" | ")} |`;
  console.log([line(table[0]), line(widths.map((width) => "-".repeat(width))), ...table.slice(1).map(line)].join("\n"));
}
