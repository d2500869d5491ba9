// Run it before a release and after a change of how the store writes (`npm run crash`, or this file with --rounds N, default 1,000): writes
// N times on a disk that fails 2 % of its syncs and 0.3 % of its writes (fiu-run, of Debian's fiu-utils). What fails must be refused with
// the store's own codes and what was acknowledged must be there. Ends with 1 when anything is otherwise.
import { spawnSync } from "node:child_process";
import { runWorker } from "./store/die.mjs";
import { judge } from "./store/judge.mjs";
import { makeRoot, stageFor } from "./store/stages.mjs";
import { readRounds } from "./rounds.mjs";

const STEPS_PER_PROCESS = 250;
const FAULTS = ["posix/io/sync/fsync,probability=0.02", "posix/io/sync/fdatasync,probability=0.02", "posix/io/rw/pwrite,probability=0.003"];
const FIU = ["fiu-run", "-x", "-f", "", ...FAULTS.flatMap((fault) => ["-c", `enable_random name=${fault}`])];

const writes = readRounds(1_000);
const stageRoot = makeRoot();
const counts = { acked: 0, refused: 0 };
try {
  if (spawnSync("fiu-run", []).error !== undefined) throw new Error("fiu-run is not installed (Debian: fiu-utils)");
  for (let round = 1; counts.acked < writes; round++) {
    const stage = stageFor("endure", round, { root: stageRoot.root, isFresh: false });
    const steps = Math.min(STEPS_PER_PROCESS, writes - counts.acked);
    const { said, status } = await runWorker("endure", stage, { within: FIU, env: { CRASH_STEPS: String(steps) } });
    for (const line of said) if (line.startsWith("acked")) counts.acked++;
    for (const line of said) if (line.startsWith("refused")) counts.refused++;
    await judge("endure", stage, said);
    if (status !== 0) throw new Error(`the writer ended with ${status}: ${said.at(-1)}`);
  }
  if (counts.refused === 0 && writes >= 500) throw new Error("no fault happened, so this shows nothing");
  console.log(`ok: ${counts.acked} writes acknowledged and there, ${counts.refused} refused in between by faults of the disk`);
} catch (error) {
  console.error(`keyward crash: ${error.message}`);
  process.exitCode = 1;
} finally {
  stageRoot.clear();
}
