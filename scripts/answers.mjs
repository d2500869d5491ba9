// Run it before a release and after a change of how answers are searched (`npm run answers`, `-- --only bombs`, `-- --scale 0.1`): answers that
// swell to 10 GB when they are decoded, heads without an end, and downloads of 1 GB with and without the search for the credential, through
// the real daemon. Prints memory, waits of another run and speeds; ends with 1 when a bomb costs 50 MB, somebody waited for a second, or a
// download of plain content keeps less than 60 % of its speed.
import { createServer } from "node:https";
import { BOMBS } from "./answers/bombs.mjs";
import { DOWNLOADS, measureDownload, sendDownload } from "./answers/downloads.mjs";
import { fetchAnswer } from "./answers/fetch-answer.mjs";
import { watchMemory } from "./answers/watch.mjs";
import { Connection } from "./bench/connection.mjs";
import { holdRun } from "./bench/held-run.mjs";
import { keepAsking, megabytes, report, targetOf } from "./load/attack.mjs";
import { HOST, Stage } from "./stage.mjs";
import { makeThrowawayAuthority } from "./throwaway-authority.mjs";

const MAX_GROWTH_BYTES = 50 * 1000 * 1000;
const MIN_SHARE = 0.6;

const only = textAfter("--only");
const scale = Number(textAfter("--scale") ?? 1);
/** A slow machine may be given more. */
const maxWaitMs = Number(textAfter("--wait-ms") ?? 1_000);
if (!(scale > 0) || !(maxWaitMs > 0) || ![null, "bombs", "downloads"].includes(only))
  throw new Error("usage: [--only bombs|downloads] [--scale 0.1] [--wait-ms 5000]");
const bombBytes = Math.round(10e9 * scale);
const downloadBytes = Math.round(1e9 * scale);

const stage = new Stage();
const runs = [];
const authority = makeThrowawayAuthority();
const leaf = authority.issue([HOST]);
const server = createServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem }, (request, response) => {
  response.on("error", () => {});
  const [, what, kind = ""] = (request.url ?? "").split("/").map(decodeURIComponent);
  if (what === "bomb") BOMBS[kind](response, bombBytes);
  else if (what === "download") sendDownload(response, kind, downloadBytes);
  else response.end("ok");
});
server.on("clientError", (_error, socket) => socket.destroy());
try {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(true)));
  await stage.pointAt(server.address().port, authority.certificatePem);
  await stage.login();
  for (let i = 0; i < 2; i += 1) runs.push(await holdRun(stage));
  const [attacker, bystander] = runs.map(targetOf);
  const { pid } = JSON.parse(await stage.keyward(["daemon", "status", "--json"]));
  await warmUp(attacker, bystander);
  if (only !== "downloads") await throwBombs({ attacker, bystander, pid });
  if (only !== "bombs") await compareDownloads({ target: attacker, pid });
} catch (error) {
  console.error(`keyward answers: ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const run of runs) run.end();
  server.closeAllConnections();
  server.close();
  await stage.close();
}

async function throwBombs({ attacker, bystander, pid }) {
  console.log(`answers of ${bombBytes / 1e9} GB of text`);
  const connection = await Connection.open(bystander);
  for (const kind of Object.keys(BOMBS)) {
    for (const protocol of ["http/1.1", "h2"]) {
      const memory = watchMemory(pid);
      const asking = keepAsking(connection);
      const started = performance.now();
      const { status, bytes, isWhole } = await fetchAnswer(attacker, `/bomb/${encodeURIComponent(kind)}`, protocol);
      const tookMs = performance.now() - started;
      const longestMs = await asking.stop();
      const { before, highest } = memory.stop();
      const end = isWhole ? `${status}, whole` : `${status === 0 ? "no answer" : status}, cut`;
      const isGood = highest - before < MAX_GROWTH_BYTES && longestMs < maxWaitMs;
      const cost = `memory ${megabytes(before)} +${megabytes(highest - before)}, others waited ≤ ${Math.round(longestMs)} ms`;
      report(`${kind} (${protocol})`, isGood, `${end} after ${megabytes(bytes)} in ${Math.round(tookMs)} ms; ${cost}`);
    }
  }
  connection.close();
}

async function compareDownloads({ target, pid }) {
  console.log(`downloads of ${downloadBytes / 1e9} GB, without and with the search`);
  const setScrub = (mode) => stage.keyward(["config", "set", "scrub", mode]);
  for (const kind of DOWNLOADS) {
    const { off, mask, growth } = await measureDownload(kind, { target, pid, setScrub });
    const share = mask.speed / off.speed;
    // What is coded has to be decoded: that costs what decoding costs, and is told, not judged.
    const isGood = growth < MAX_GROWTH_BYTES && (share >= MIN_SHARE || kind === "gzip of JSON");
    const speeds = `${Math.round(off.speed)} → ${Math.round(mask.speed)} MB/s (${Math.round(share * 100)} %)`;
    const times = `daemon ${off.cpuSeconds.toFixed(1)} → ${mask.cpuSeconds.toFixed(1)} s of processor`;
    report(kind, isGood, `${speeds}, ${times}, memory +${megabytes(Math.max(0, growth))}`);
  }
}

async function warmUp(...targets) {
  for (const target of targets) {
    for (const protocol of ["http/1.1", "h2"]) for (let i = 0; i < 5; i += 1) await fetchAnswer(target, "/", protocol);
    const connection = await Connection.open(target);
    for (let i = 0; i < 300; i += 1) await connection.request("GET", "/");
    connection.close();
  }
}

function textAfter(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? null : (process.argv[at + 1] ?? "");
}
