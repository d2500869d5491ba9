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
    const daemon = startWorker("../soak/watched-daemon.mjs", {
      env: daemonEnvironment(stage.environment),
      execArgv: [...DAEMON_NODE_OPTIONS],
    });
    closers.push(() => daemon.kill());
    await nextMessage(daemon);
    const upstream = await startUpstream(closers);
    await stage.pointAt(upstream.port, upstream.authorityPem);
    const authorityPem = await stage.keyward(["ca", "export"]).catch(() => null);
    const runs = [];
    for (let at = 0; at < count; at += 1) runs.push(await makeRun(stage, `soak-${at}`));
    const ca = authorityPem ?? (await stage.keyward(["ca", "export"]));
    for (const run of runs) run.target.ca = ca;
    return { stage, runs, upstream, look: () => look(daemon), close };
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
  const key = `sk-${randomBytes(24).toString("hex")}`;
  await stage.keyward(["login", "openai", "--connection", connection, "--stdin"], { input: `${key}\n` });
  const printed = await stage.keyward(["run", "--dry-env", "--format", "json", "--ttl", "12h", "--connection", `openai=${connection}`]);
  const environment = JSON.parse(printed);
  const url = new URL(environment.HTTPS_PROXY);
  const authorization = `Proxy-Authorization: Basic ${Buffer.from(`${url.username}:${url.password}`).toString("base64")}\r\n`;
  const proxy = { port: Number(url.port), authorization };
  const digest = createHash("sha256").update(`Bearer ${key}`).digest("hex");
  return { connection, digest, target: { servername: HOST, proxy, authorization: `Bearer ${environment.OPENAI_API_KEY}` } };
}

async function look(daemon) {
  daemon.send("look");
  return nextMessage(daemon);
}
