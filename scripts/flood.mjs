// Run it before a release and after a change of the HTTP/2 side (`npm run flood`, `npm run flood -- --frames N`): 50,000 frames of six kinds
// that cost their sender nothing, each against the real daemon on a connection of its own, while another run asks on. Prints for each how
// it ended, how long the other run waited at most, and what the daemon's memory did; ends with 1 when the daemon died, let somebody wait
// for a second or grew by more than 20 MB.
import { createServer } from "node:https";
import { performance } from "node:perf_hooks";
import { Connection, openSecure } from "./bench/connection.mjs";
import { holdRun } from "./bench/held-run.mjs";
import { residentBytes } from "./bench/processes.mjs";
import { keepAsking, megabytes, report, targetOf } from "./load/attack.mjs";
import { flood, FLOODS } from "./load/http2-floods.mjs";
import { HOST, Stage } from "./stage.mjs";
import { makeThrowawayAuthority } from "./throwaway-authority.mjs";

const MAX_GROWTH_BYTES = 20 * 1000 * 1000;
const MAX_WAIT_MS = 1_000;
const at = process.argv.indexOf("--frames");
const count = at < 0 ? 50_000 : Number(process.argv[at + 1]);
if (!Number.isInteger(count) || count < 1) throw new Error("--frames takes a number");

const stage = new Stage();
const runs = [];
const authority = makeThrowawayAuthority();
const leaf = authority.issue([HOST]);
const server = createServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem }, (_request, response) => response.end("ok"));
try {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(true)));
  await stage.pointAt(server.address().port, authority.certificatePem);
  await stage.login();
  for (let i = 0; i < 2; i += 1) runs.push(await holdRun(stage));
  const [attacker, bystander] = runs.map(targetOf);
  const { pid } = JSON.parse(await stage.keyward(["daemon", "status", "--json"]));
  const connection = await Connection.open(bystander);
  await warmUp(connection);
  await flood(await openSecure(attacker, ["h2"]), { kind: "ping", count, host: HOST });
  const first = residentBytes([pid]);
  for (const kind of Object.keys(FLOODS)) await measure(kind, { attacker, connection, pid });
  const last = residentBytes([pid]);
  report("all together", last - first <= MAX_GROWTH_BYTES, `memory ${megabytes(first)} → ${megabytes(last)}`);
} catch (error) {
  console.error(`keyward flood: ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const run of runs) run.end();
  server.closeAllConnections();
  server.close();
  await stage.close();
}

async function measure(kind, { attacker, connection, pid }) {
  const before = residentBytes([pid]);
  const socket = await openSecure(attacker, ["h2"]);
  const started = performance.now();
  const asking = keepAsking(connection);
  const { sent, isClosed } = await flood(socket, { kind, count, host: HOST });
  const tookMs = performance.now() - started;
  const longestMs = await asking.stop();
  const after = residentBytes([pid]);
  const isGood = longestMs < MAX_WAIT_MS && (after === null || after - before <= MAX_GROWTH_BYTES);
  const end = isClosed ? "connection ended" : "taken to the end";
  report(
    kind,
    isGood,
    `${sent} frames in ${Math.round(tookMs)} ms, ${end}; others waited ≤ ${Math.round(longestMs)} ms; memory ${signed(after - before)}`,
  );
}

async function warmUp(connection) {
  for (let i = 0; i < 2_000; i += 1) await connection.request("GET", "/");
}

function signed(bytes) {
  return `${bytes < 0 ? "" : "+"}${megabytes(bytes)}`;
}
