// Used by soak.mjs, not run by itself: everything a soak runs on: a home of its own with the real daemon in a process that tells about itself,
// an upstream that says which key arrived, and runs with a key each.
// In: the options. Out: runs as targets of connection.mjs, the upstream's orders, a look at the daemon, how to close it all.
import { createHash, randomBytes } from "node:crypto";
import { DAEMON_NODE_OPTIONS } from "../../dist/control/daemon-options.js";
import { daemonEnvironment } from "../../dist/config/environment.js";
import { makeThrowawayAuthority } from "../throwaway-authority.mjs";
import { nextMessage, startWorker } from "../bench/workers.mjs";
import { HOST, Stage } from "../stage.mjs";

/** @param options see options.mjs */
export async function buildWorld({ runs: count }) {
  const stage = new Stage();
  /** @type {(() => unknown)[]} */
  const closers = [];
  const close = async () => {
    await stage.close();
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const watched = new WatchedDaemon(stage);
    closers.push(() => watched.daemon.kill());
    await watched.start();
    const upstream = await startUpstream(closers);
    await stage.pointAt(upstream.port, upstream.authorityPem);
    const authorityPem = await stage.keyward(["ca", "export"]).catch(() => null);
    const runs = [];
    for (let at = 0; at < count; at += 1) runs.push(await makeRun(stage, `soak-${at}`));
    const ca = authorityPem ?? (await stage.keyward(["ca", "export"]));
    for (const run of runs) run.target.ca = ca;
    return {
      stage,
      runs,
      upstream,
      makeKey,
      logIn: (connection, key) => logIn(stage, connection, key),
      look: () => watched.look(),
      restart: () => watched.restart(),
      isRestarting: () => watched.isRestarting,
      restarts: () => watched.restarts,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startUpstream(closers) {
  const authority = makeThrowawayAuthority();
  const leaf = authority.issue([HOST]);
  const worker = startWorker("../soak/echo-upstream.mjs");
  closers.push(() => worker.connected && worker.disconnect());
  worker.send({ keyPem: leaf.privateKeyPem, certificatePem: leaf.certificatePem });
  const { port } = await nextMessage(worker);
  /** One line to every open stream; how many there were. */
  const pulse = async (text) => {
    worker.send({ pulse: text });
    return (await nextMessage(worker)).open;
  };
  return { port, pulse, authorityPem: authority.certificatePem };
}

/** A connection of its own and a run bound to it; `digest` is what the upstream answers when that run's key arrived. */
async function makeRun(stage, connection) {
  const { key, digest } = makeKey();
  await logIn(stage, connection, key);
  const printed = await stage.keyward(["run", "--dry-env", "--format", "json", "--ttl", "12h", "--connection", `openai=${connection}`]);
  const environment = JSON.parse(printed);
  const url = new URL(environment.HTTPS_PROXY);
  const authorization = `Proxy-Authorization: Basic ${Buffer.from(`${url.username}:${url.password}`).toString("base64")}\r\n`;
  const proxy = { port: Number(url.port), authorization };
  /** `digests`: what may be answered now; more than one only while a key is being rotated. */
  return {
    connection,
    digest,
    digests: new Set([digest]),
    mayBeRefused: false,
    target: { servername: HOST, proxy, authorization: `Bearer ${environment.OPENAI_API_KEY}` },
  };
}

function makeKey() {
  const key = `sk-${randomBytes(24).toString("hex")}`;
  return { key, digest: createHash("sha256").update(`Bearer ${key}`).digest("hex") };
}

function logIn(stage, connection, key) {
  return stage.keyward(["login", "openai", "--connection", connection, "--stdin", "--force"], { input: `${key}\n` });
}

/** After the daemon is back, connections of before may still be found dead. */
const RESTART_ECHO_MS = 3_000;

class WatchedDaemon {
  isRestarting = false;
  restarts = 0;
  /** Looks and restarts, one after the other: a daemon that ends answers no look. */
  #turn = Promise.resolve();

  constructor(stage) {
    this.stage = stage;
  }

  async start() {
    const env = daemonEnvironment(this.stage.environment);
    this.daemon = startWorker("../soak/watched-daemon.mjs", { env, execArgv: [...DAEMON_NODE_OPTIONS] });
    await nextMessage(this.daemon);
  }

  look() {
    return this.#inTurn(() => look(this.daemon));
  }

  /** How long there was none, in ms. */
  restart() {
    return this.#inTurn(() => this.#restart());
  }

  #inTurn(action) {
    const turn = this.#turn.then(action);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #restart() {
    clearTimeout(this.echo);
    this.isRestarting = true;
    this.restarts += 1;
    const ended = new Promise((resolve) => this.daemon.once("exit", resolve));
    const startedAtMs = performance.now();
    this.daemon.kill("SIGTERM");
    await ended;
    await this.start();
    const tookMs = performance.now() - startedAtMs;
    this.echo = setTimeout(() => (this.isRestarting = false), RESTART_ECHO_MS).unref();
    return tookMs;
  }
}

async function look(daemon) {
  daemon.send("look");
  return nextMessage(daemon);
}
