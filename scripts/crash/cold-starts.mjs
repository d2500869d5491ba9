// The cold starts of lifecycle.mjs, not run by itself: fifty that find no daemon, at once, in a home of their own each round.
// Of ten rounds one is by fifty commands, which need seconds to load; the others are by fifty processes that have loaded already (starter.mjs), so
// that they meet in the same moment. In: a stage, how many rounds. Out: nothing, or an error at the first thing that is not as it must be.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Stage } from "../stage.mjs";
import { daemonsOf, isAlive, look, statusOf } from "./look.mjs";

const STARTERS = 50;
const GONE_WITHIN_MS = 5_000;
/** Claims, locks of locks, drafts: a start takes them away again. */
const LEFT_OVER = /\.starting|\.break$|\.lock\.\d|\.tmp$/;

export async function coldStarts({ stage, count, patience }) {
  const starters = Array.from({ length: STARTERS }, () => new Starter(stage.environment));
  try {
    await Promise.all(starters.map((starter) => starter.line()));
    for (let round = 1; round <= count; round += 1) {
      const byCommands = round % 10 === 1;
      const start = byCommands ? startByCommand : (fresh, at) => starters[at].start(fresh.environment.KEYWARD_HOME);
      try {
        await coldStart(start, GONE_WITHIN_MS * patience);
      } catch (error) {
        throw new Error(`cold start ${round} by fifty ${byCommands ? "commands" : "processes"}: ${error.message}`, { cause: error });
      }
      if (round % 10 === 0) console.log(`${round} cold starts by ${STARTERS} at once: one daemon each time, all served`);
    }
  } finally {
    for (const starter of starters) starter.end();
  }
  console.log(`cold starts: ${count} × ${STARTERS}, one daemon each time, all served`);
}

async function coldStart(start, goneWithinMs) {
  const stage = new Stage();
  try {
    const settled = await Promise.allSettled(Array.from({ length: STARTERS }, (_, at) => start(stage, at)));
    const failed = settled.filter(({ status }) => status === "rejected");
    if (failed.length > 0) throw new Error(`${failed.length} of ${STARTERS} not served: ${failed[0].reason.message}`);
    const served = settled.map(({ value }) => value);
    const pid = onlyDaemon(stage.environment.KEYWARD_HOME, served);
    await checkDaemon(stage, pid, onlyPort(served));
    await stage.keyward(["daemon", "stop"]);
    await noneLeft(stage.environment.KEYWARD_HOME, { pid, goneWithinMs });
  } finally {
    await stage.close();
  }
}

function onlyDaemon(home, served) {
  const ready = readFileSync(join(home, "state", "daemon.log"), "utf8").match(/"event":"ready"/g) ?? [];
  const pids = new Set(served.map(({ pid }) => pid));
  if (ready.length !== 1 || pids.size !== 1) throw new Error(`${ready.length} daemons became ready, ${pids.size} answered`);
  return [...pids][0];
}

/** Runs that got another port than the others would have lost theirs. */
function onlyPort(served) {
  const ports = new Set(served.flatMap(({ port }) => port ?? []));
  if (ports.size !== 1) throw new Error(`the runs were given ${ports.size} ports: ${[...ports].join(", ")}`);
  return [...ports][0];
}

async function checkDaemon(stage, pid, port) {
  const now = await look(stage);
  if (now.pid !== pid) throw new Error("another daemon answers now than at the start");
  if (now.zombies > 0) throw new Error(`${now.zombies} zombies are left`);
  if (now.liveRuns > 0) throw new Error(`${now.liveRuns} runs are left`);
  if (now.listeners !== null && now.listeners !== 1) throw new Error(`the daemon listens on ${now.listeners} ports`);
  const status = await statusOf(`http://run_none:none@127.0.0.1:${port}`);
  if (status !== 407) throw new Error(`the port of the runs answers ${status}`);
  const left = readdirSync(stage.environment.KEYWARD_HOME, { recursive: true }).filter((name) => LEFT_OVER.test(name));
  if (left.length > 0) throw new Error(`left over: ${left.join(", ")}`);
}

/** After the stop neither the daemon lives, nor one that never became ready, nor does a socket stand. */
async function noneLeft(home, { pid, goneWithinMs }) {
  const untilMs = performance.now() + goneWithinMs;
  const living = () => [...new Set([pid, ...daemonsOf(home)])].filter(isAlive);
  while (living().length > 0) {
    if (performance.now() > untilMs) throw new Error(`daemons live on after the stop: ${living().join(", ")}`);
    await sleep(20);
  }
  const sockets = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isSocket());
  if (sockets.length > 0) throw new Error(`sockets are left: ${sockets.map(({ name }) => name).join(", ")}`);
}

/** Every fifth begins a run as well; all are told which daemon it is. */
async function startByCommand(stage, at) {
  const { pid } = JSON.parse(await stage.keyward(["daemon", "start", "--json"]));
  if (at % 5 !== 0) return { pid };
  const printed = await stage.keyward(["run", "--", "sh", "-c", 'echo "$HTTPS_PROXY"']);
  return { pid, port: Number(new URL(printed.trim()).port) };
}

class Starter {
  #child;
  #lines;

  constructor(env) {
    this.#child = spawn(process.execPath, [fileURLToPath(new URL("starter.mjs", import.meta.url))], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async line() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("a starter ended");
    return value;
  }

  async start(home) {
    this.#child.stdin.write(`${home}\n`);
    const answer = JSON.parse(await this.line());
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  end() {
    this.#child.stdin.end();
  }
}
