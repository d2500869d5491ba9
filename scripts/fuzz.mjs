// Run it before a release and after a change of what decides about a credential (`npm run fuzz`, `npm run fuzz -- --cases N --seed N`):
// a million generated requests against the rule that a key leaves only when all its conditions hold: facts alone, the proxy's steps,
// and the real proxy over sockets with recorders behind every host. Prints the seed and cases a second; ends with 1 at the first violation.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";

/** What CI runs with the factor 1: see countFor in the tests. */
const USUAL_CASES = 29_500;
const CONFIG = "test/support/fuzz/vitest.config.ts";
const root = fileURLToPath(new URL("..", import.meta.url));

const cases = numberAfter("--cases") ?? 1_000_000;
const seed = numberAfter("--seed") ?? randomInt(2 ** 31);
process.stdout.write(`fuzz: ${cases} cases, seed ${seed}\n`);
const started = performance.now();
const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--config", CONFIG], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, KEYWARD_FUZZ_FACTOR: String(cases / USUAL_CASES), KEYWARD_FUZZ_SEED: String(seed) },
});
child.on("exit", (code, signal) => {
  const seconds = (performance.now() - started) / 1_000;
  const isSound = code === 0;
  const end = isSound
    ? "0 violations"
    : `FAILED${signal === null ? "" : ` (${signal})`}: run it again with --seed ${seed} --cases ${cases}`;
  process.stdout.write(`fuzz: ${cases} cases in ${Math.round(seconds)} s, ${Math.round(cases / seconds)} a second, seed ${seed}: ${end}\n`);
  process.exitCode = isSound ? 0 : 1;
});

/** @param {string} name */
function numberAfter(name) {
  const at = process.argv.indexOf(name);
  if (at < 0) return null;
  const number = Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${name} takes a number`);
  return number;
}
