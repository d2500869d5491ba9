// Run it before a release (`npm run crash`, `-- --rounds N` for another number than 1,000 kills, `-- --only NAME`): everything that dies on
// purpose, one script after the other, each with its share of the rounds: 35 minutes on two cores that do nothing else. Prints a table and a
// verdict, and ends with 1 when one of them failed; `--only NAME…` names the scripts, `--rounds N` another number than 1,000.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { readRounds } from "./crash/rounds.mjs";

/** `share`: rounds of each for one kill. `about`: what a round is. */
const SCRIPTS = [
  { name: "store-kills", share: 1, about: "kill -9 while the store is written, made, migrated, rekeyed, saved or restored" },
  { name: "power-cuts", share: 0.2, about: "the power cut while it is" },
  { name: "io-faults", share: 1, about: "a write on a disk whose syncs and writes fail now and then" },
  { name: "refresh", share: 1, about: "kill -9 of the daemon while an OAuth token is renewed" },
  { name: "lifecycle", share: 1, about: "a short run; a tenth of it cold starts by 50 commands, a fiftieth killed daemons and wrappers" },
];

const rounds = readRounds(1_000);
const at = process.argv.indexOf("--only");
const chosen = SCRIPTS.filter(({ name }) => at < 0 || process.argv.slice(at + 1).includes(name));
const unknown =
  at < 0 ? [] : process.argv.slice(at + 1).filter((word) => !/^(?:--rounds|\d+)$/.test(word) && !SCRIPTS.some(({ name }) => name === word));
if (chosen.length === 0 || unknown.length > 0) {
  console.error(
    `keyward crash: --only takes ${SCRIPTS.map(({ name }) => name).join(", ")}${unknown.length > 0 ? `, not ${unknown.join(", ")}` : ""}`,
  );
  process.exit(2);
}

const results = [];
for (const script of chosen) results.push(await runScript(script, Math.max(1, Math.round(rounds * script.share))));
console.log("\n| script | rounds | seconds | outcome |\n| --- | ---: | ---: | --- |");
for (const { name, planned, seconds, last } of results) console.log(`| ${name} | ${planned} | ${seconds} | ${last} |`);
const broken = results.filter(({ status }) => status !== 0).map(({ name }) => name);
console.log(
  broken.length === 0
    ? "\ncrash: nothing acknowledged was lost, nothing was corrupt, nothing was left behind"
    : `\ncrash: FAILED: ${broken.join(", ")}`,
);
process.exitCode = broken.length === 0 ? 0 : 1;

async function runScript({ name, about }, planned) {
  console.log(`\n== ${name}, ${planned} rounds; a round: ${about}`);
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
