// Run it before a release and after a change of how tokens are renewed (`npm run crash:refresh`, `-- --rounds N`, default 1,000): kills the
// real daemon with SIGKILL at a random point of a renewal, N times, against a server that rotates refresh tokens, half of the time one that
// forgives a lost answer. After each kill the same run must work on, or say that a login is needed where the server says so, and
// ask the server only a few times. Ends with 1 at the first round that does otherwise.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openSecure } from "../bench/connection.mjs";
import { holdRun } from "../bench/held-run.mjs";
import { Stage } from "../stage.mjs";
import { API_HOST, AUTH_HOST, DEFINITION, RotatingServer } from "./rotating-server.mjs";

/** A renewal, one more for a lost answer, and the same again after the crash. */
const MAX_TOKEN_REQUESTS = 4;
/** Only bounds what hangs: a daemon is back in two seconds, on a machine that has any time for it. */
const MAX_AWAY_MS = 60_000;
const MAX_KILL_DELAY_MS = 25;
const PHASES = ["sent", "arrived", "rotated", "answered"];

const at = process.argv.indexOf("--rounds");
const rounds = at < 0 ? 1_000 : Number(process.argv[at + 1]);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a number");

const counts = { renewed: 0, "login again": 0, "killed while the answer was on its way": 0 };
const stage = new Stage();
const server = await RotatingServer.start();
let run;
try {
  await prepareStage();
  await login();
  run = await holdRun(stage);
  for (let round = 1; round <= rounds; round += 1) {
    await oneRound(round);
    if (round % 100 === 0) console.log(`${round} rounds: ${JSON.stringify(counts)}`);
  }
  if (server.wasUsedUnsaved) throw new Error("a token was used before the refresh token that came with it was on the disk");
  console.log(
    `ok: ${rounds} kills, ${counts.renewed} times renewed, ${counts["login again"]} logins after a lost answer, nothing else lost`,
  );
} catch (error) {
  console.error(`keyward crash: ${error.message}`);
  process.exitCode = 1;
} finally {
  run?.end();
  server.close();
  await stage.close();
}

async function prepareStage() {
  await stage.keyward(["provider", "add", stage.write("rotating.json", JSON.stringify(DEFINITION))]);
  await stage.keyward(["config", "set", "upstream.ca_file", stage.write("roots.pem", server.authorityPem)]);
  const resolve = [API_HOST, AUTH_HOST].map((host) => `${host}:443=127.0.0.1:${server.port}`).join(",");
  await stage.keyward(["config", "set", "upstream.resolve", resolve]);
  await stage.keyward(["config", "set", "network.allow", "127.0.0.0/8"]);
}

async function login() {
  server.onPhase = () => {};
  const args = ["login", "rotating", "--flow", "token", "--client-id", "app", "--stdin", "--force"];
  await stage.keyward(args, { input: `${server.grant()}\n` });
}

async function oneRound(round) {
  const phase = PHASES[Math.floor(Math.random() * PHASES.length)];
  const delayMs = Math.random() * MAX_KILL_DELAY_MS;
  const where = `round ${round}, killed ${delayMs.toFixed(1)} ms after '${phase}'`;
  server.hasGrace = round % 2 === 0;
  server.endAccess();
  server.tokenRequests = 0;
  const killed = planKill(phase, delayMs);
  const [first] = await Promise.all([ask().catch(() => null), killed.done]);
  if (first === null) counts["killed while the answer was on its way"] += 1;
  const second = await askUntilBack(where);
  if (second.status === 200) counts.renewed += 1;
  else await expectLoginNeeded(second, where);
  if (server.tokenRequests > MAX_TOKEN_REQUESTS) throw new Error(`${where}: ${server.tokenRequests} token requests, a loop`);
}

/** SIGKILL at the phase's first time in this round; the request must have got there, or there was nothing to crash. */
function planKill(phase, delayMs) {
  let strike = () => {};
  const done = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no renewal came as far as '${phase}'`)), MAX_AWAY_MS);
    strike = () => {
      strike = () => {};
      clearTimeout(late);
      const kill = () => {
        process.kill(daemonPid(), "SIGKILL");
        resolve(true);
      };
      if (delayMs < 1) kill();
      else setTimeout(kill, delayMs);
    };
  });
  server.onPhase = (reached) => {
    if (reached === phase) strike();
  };
  if (phase === "sent") strike();
  return { done };
}

function daemonPid() {
  return JSON.parse(readFileSync(join(stage.root, "h", "state", "daemon.lock"), "utf8")).pid;
}

async function expectLoginNeeded({ status, body }, where) {
  if (status !== 403 || !body.includes("LOGIN_EXPIRED")) throw new Error(`${where}: answered ${status} ${body}`);
  if (server.hasGrace || !server.isOver) throw new Error(`${where}: a login is asked for, and the server would have gone on`);
  const before = server.tokenRequests;
  const again = await ask();
  if (again.status !== 403 || server.tokenRequests !== before)
    throw new Error(`${where}: the server is asked again for a login that is over`);
  counts["login again"] += 1;
  await login();
}

/** The waiting run starts the daemon again by itself. */
async function askUntilBack(where) {
  const until = Date.now() + MAX_AWAY_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > until) throw new Error(`${where}: not back after ${MAX_AWAY_MS / 1_000} s: ${error.message}`, { cause: error });
      await sleep(20);
    }
  }
}

/** One request of the run's child, on a connection of its own. */
async function ask() {
  const target = { port: run.proxy.port, servername: API_HOST, ca: run.authorityPem, proxy: run.proxy };
  const socket = await openSecure(target, ["http/1.1"]);
  return new Promise((resolve, reject) => {
    let heard = "";
    socket.on("data", (chunk) => (heard += chunk.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => {
      const [head = "", body = ""] = heard.split("\r\n\r\n");
      if (head === "") reject(new Error("cut off"));
      else resolve({ status: Number(head.slice(9, 12)), body });
    });
    socket.write(`GET /v1 HTTP/1.1\r\nHost: ${API_HOST}\r\nConnection: close\r\n\r\n`);
  });
}
