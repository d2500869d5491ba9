// Run it before a release and after a change of how the store writes (`npm run crash`, or this file with --rounds N, default 200): cuts
// the power of a directory while a process writes, creates, changes custody, migrates, saves a backup or restores one, and looks at what
// is on the disk. Half of the cuts drop all that was not synced, half keep a random part of it. Then shows that it would have found
// something: the same with synchronous=NORMAL and OFF has to lose rows. Linux, with a C compiler. Ends with 1 when anything is otherwise.
import { randomInt } from "node:crypto";
import { CUT_STATUS, buildShim } from "./store/power-shim.mjs";
import { runWorker } from "./store/die.mjs";
import { judge } from "./store/judge.mjs";
import { makeRoot, stageFor } from "./store/stages.mjs";
import { readRounds } from "./rounds.mjs";

/** How many changes of the directory a round may see: past the end of what the task does first. */
const TASKS = { write: 150, create: 80, migrate: 80, rekey: 60, backup: 60, restore: 120 };
const NAMES = Object.keys(TASKS);

const rounds = readRounds(200);
const stageRoot = makeRoot();
const shim = buildShim(stageRoot.root);
try {
  const counts = Object.fromEntries(NAMES.map((name) => [name, 0]));
  for (let round = 1; round <= rounds; round++) {
    const task = NAMES[round % NAMES.length];
    await cutOnce(task, { round: ++counts[task], isMixed: round % 2 === 0 });
  }
  console.log(`FULL: ${rounds} cuts (${NAMES.map((name) => `${name} ${counts[name]}`).join(", ")}), nothing lost, nothing corrupt`);
  const tries = Math.max(4, Math.ceil(rounds / 20));
  for (const synchronous of ["NORMAL", "OFF"]) {
    const lost = await countLosses(synchronous, tries);
    console.log(`${synchronous}: ${lost} of ${tries} cuts lost acknowledged rows`);
    if (lost === 0) throw new Error(`with synchronous=${synchronous} nothing was lost, so these cuts show nothing`);
  }
  console.log(`ok: ${rounds} power cuts`);
} catch (error) {
  console.error(`keyward crash: ${error.message}`);
  process.exitCode = 1;
} finally {
  stageRoot.clear();
}

async function cutOnce(task, { round, isMixed, synchronous }) {
  const stage = stageFor(task, round, { root: stageRoot.root, isFresh: synchronous !== undefined });
  const at = synchronous === undefined ? randomInt(1, TASKS[task]) : randomInt(60, TASKS[task]);
  const env = {
    LD_PRELOAD: shim,
    POWER_CUT_DIR: stage.directory,
    POWER_CUT_AT: String(at),
    ...(isMixed ? { POWER_CUT_MIX: String(randomInt(1, 2 ** 31)) } : {}),
    ...(synchronous === undefined ? {} : { CRASH_SYNCHRONOUS: synchronous }),
  };
  const { said, status } = await runWorker(task, stage, { env });
  if (status !== CUT_STATUS) throw new Error(`${task}: the power was not cut at change ${at} (status ${status}): ${said.at(-1)}`);
  try {
    await judge(task, stage, said);
  } catch (error) {
    throw new Error(`${task}, round ${round}, cut at change ${at}${isMixed ? " with a random part kept" : ""}: ${error.message}`, {
      cause: error,
    });
  }
}

async function countLosses(synchronous, tries) {
  let lost = 0;
  for (let round = 1; round <= tries; round++) {
    try {
      await cutOnce("write", { round, isMixed: false, synchronous });
    } catch (error) {
      if (error.cause === undefined) throw error;
      lost += 1;
    }
  }
  return lost;
}
