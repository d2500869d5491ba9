// Run it before a release (`npm run crash`, `-- --rounds N` for another number than 1,000 kills, `-- --only NAME`): everything that dies on
// purpose, one script after the other, each with its share of the rounds. Prints a table and ends with 1 when one of them failed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { readRounds } from "./crash/rounds.mjs";

/** `share`: rounds of each for one kill. */
const SCRIPTS = [
  { name: "store-kills", share: 1 },
  { name: "power-cuts", share: 0.2 },
  { name: "io-faults", share: 1 },
  { name: "refresh", share: 1 },
  { name: "lifecycle", share: 1 },
];

const rounds = readRounds(1_000);
const at = process.argv.indexOf("--only");
const chosen = SCRIPTS.filter(({ name }) => at < 0 || process.argv.slice(at + 1).includes(name));
if (chosen.length === 0) throw new Error(`--only takes ${SCRIPTS.map(({ name }) => name).join(", ")}`);

const results = [];
for (const { name, share } of chosen) results.push(await runScript(name, Math.max(1, Math.round(rounds * share))));
console.log("\n| script | rounds | seconds | outcome |\n| --- | ---: | ---: | --- |");
for (const { name, planned, seconds, last } of results) console.log(`| ${name} | ${planned} | ${seconds} | ${last} |`);
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1;

async function runScript(name, planned) {
  console.log(`\n== ${name}, ${planned} rounds`);
  const startedAtMs = Date.now();
  const script = fileURLToPath(new URL(`crash/${name}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [script, "--rounds", String(planned)], { stdio: ["ignore", "pipe", "pipe"] });
  let last = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      process.stdout.write(text);
      last = text.trimEnd().split("\n").at(-1) ?? last;
    });
  }
  const [status] = await once(child, "close");
  return { name, planned, status, last, seconds: Math.round((Date.now() - startedAtMs) / 1_000) };
}
