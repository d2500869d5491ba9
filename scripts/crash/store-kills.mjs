// Run it before a release and after a change of how the store writes (`npm run crash`, or this file with --rounds N, default 1,000):
// kills a process with SIGKILL at a random moment while it writes, creates, changes custody, migrates, saves a backup or restores one.
// After each kill everything acknowledged must be there and nothing half. Ends with 1 at the first round that is otherwise.
import { randomInt } from "node:crypto";
import { judge } from "./store/judge.mjs";
import { makeRoot, refuseLeftovers, stageFor } from "./store/stages.mjs";
import { runWorker } from "./store/die.mjs";
import { readRounds } from "./rounds.mjs";

/** The first, second or third: on a slow machine the time after it covers less than a step. */
const anyBegin = () => new RegExp(`^begin ${randomInt(1, 4)}$`, "m");

/** Of a hundred rounds; `upToMs` after `mark` covers what the task does first and a few of its steps. */
const TASKS = {
  write: { share: 40, mark: () => /^open$/m, upToMs: 120 },
  create: { share: 20, mark: () => /^started$/m, upToMs: 150 },
  migrate: { share: 10, mark: () => /^started$/m, upToMs: 120 },
  rekey: { share: 10, mark: anyBegin, upToMs: 40 },
  backup: { share: 10, mark: anyBegin, upToMs: 40 },
  restore: { share: 10, mark: anyBegin, upToMs: 400 },
};

const rounds = readRounds(1_000);
const stageRoot = makeRoot();
try {
  const done = [];
  for (const task of Object.keys(TASKS)) done.push(await killMany(task));
  const sum = (what) => done.reduce((total, each) => total + each[what], 0);
  const each = done.map(({ task, planned }) => `${task} ${planned}`).join(", ");
  console.log(`ok: ${sum("planned")} kills (${each}), ${sum("acked")} acknowledged, 0 lost, 0 corrupt`);
} catch (error) {
  console.error(`keyward crash: ${error.message}`);
  process.exitCode = 1;
} finally {
  stageRoot.clear();
}

async function killMany(task) {
  const { share, mark: markOf, upToMs } = TASKS[task];
  const planned = Math.max(1, Math.round((rounds * share) / 100));
  let acked = 0;
  for (let round = 1; round <= planned; round++) {
    const stage = stageFor(task, round, { root: stageRoot.root, isFresh: false });
    const afterMs = Math.random() * upToMs;
    const mark = markOf();
    try {
      const { said, signal } = await runWorker(task, stage, { kill: { mark, afterMs } });
      if (signal !== "SIGKILL") throw new Error(`it ended by itself: ${said.at(-1)}`);
      acked += said.filter((line) => line.startsWith("acked")).length;
      await judge(task, stage, said);
      refuseLeftovers(stage);
    } catch (error) {
      const when = `${task}, round ${round}, killed ${afterMs.toFixed(1)} ms after ${mark.source}`;
      throw new Error(`${when}: ${error.message}`, { cause: error });
    }
  }
  console.log(`${task}: ${planned} kills, ${acked} acknowledged, 0 lost, 0 corrupt`);
  return { task, planned, acked };
}
