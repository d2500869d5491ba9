// Run by `npm run bench -- --peers`: keyward and other proxies side by side on one upstream, one load generator and this machine, all on
// loopback, round by round in alternating order. Every peer is a file in peers/ that starts it and says how to reach it.
// In: options. Out: tables in Markdown, each goal as a ratio, the raw figures as JSON when asked for.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { HOST } from "../stage.mjs";
import { makeCertificates } from "./certificates.mjs";
import { LoadGenerator } from "./load-generator.mjs";
import { judge } from "./report/goals.mjs";
import * as direct from "./peers/direct.mjs";
import * as httpMitmProxy from "./peers/http-mitm-proxy.mjs";
import * as keyward from "./peers/keyward.mjs";
import * as mitmproxy from "./peers/mitmproxy.mjs";
import * as mockttp from "./peers/mockttp.mjs";
import * as nginx from "./peers/nginx.mjs";
import { Unobtainable } from "./peers/obtain.mjs";
import * as squid from "./peers/squid.mjs";
import { residentBytes, treeOf } from "./processes.mjs";
import { profileDaemon } from "./profile/profile-daemon.mjs";
import { Report } from "./report/report.mjs";
import { showTables } from "./report/tables.mjs";
import { nextMessage, startWorker } from "./workers.mjs";

const PEERS = [direct, nginx, squid, mitmproxy, httpMitmProxy, mockttp, keyward];
const MIB = 2 ** 20;
const FULL = { rounds: 5, windowMs: 1_200, warmUpMs: 8_000, bytes: 100 * MIB, held: 1_000, holdMs: 12_000, samples: 3 };
const QUICK = { rounds: 2, windowMs: 400, warmUpMs: 400, bytes: 20 * MIB, held: 100, holdMs: 5_000, samples: 2 };
/** What a proxy needs after its connections have gone until its memory is what it stays at. */
const SETTLE_MS = 1_500;
/** Idle is who has had nothing to do for a while: what starting left behind has been collected by then. */
const IDLE_MS = 12_000;
const MAX_NEW_HOSTS = 60;

export async function comparePeers(options) {
  const unknown = options.only?.find((name) => !PEERS.some((peer) => peer.name === name));
  if (unknown !== undefined) throw new Error(`there is no peer ${unknown}; there are ${PEERS.map((peer) => peer.name).join(", ")}`);
  const size = { ...(options.quick ? QUICK : FULL), ...(options.rounds === undefined ? {} : { rounds: options.rounds }) };
  const loadBefore = loadNow();
  const world = await buildWorld(size);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => world.interrupt());
  try {
    const wanted = PEERS.filter((peer) => options.only?.includes(peer.name) ?? true);
    const peers = await startPeers(wanted, world, size);
    await runRounds(peers, world, size);
    const results = peers.map(({ target: _target, close: _close, ...result }) => result);
    const load = [loadBefore, loadNow()];
    const run = { date: new Date().toISOString(), command: options.command, load, size, quick: options.quick, results };
    const report = new Report();
    showTables(run, report);
    judge(run, report);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(run, null, 1)}\n`);
    if (options.profile !== undefined) await profileDaemon(options.profile, world, report);
    if (options.into !== undefined) report.writeInto(options.into);
  } finally {
    await world.close();
  }
}

/** Upstream, load generator, certificates; what a peer's start gets. */
async function buildWorld(size) {
  const directory = mkdtempSync(join(tmpdir(), "kw-bench-"));
  const newHosts = Array.from({ length: Math.min(size.rounds * size.samples, MAX_NEW_HOSTS) }, (_, at) => `new-${at}.keyward-bench.test`);
  const hosts = [HOST, ...newHosts];
  /** @type {(() => unknown)[]} */
  const closers = [() => rmSync(directory, { recursive: true, force: true })];
  const close = async () => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  try {
    const certificates = makeCertificates(directory, hosts);
    const authorization = `Bearer sk-${randomBytes(24).toString("hex")}`;
    const upstream = startWorker("upstreams/fast-upstream.mjs");
    closers.push(() => upstream.connected && upstream.disconnect());
    upstream.send({ keyPem: certificates.leafKeyPem, certificatePem: certificates.leafPem, authorization });
    const { port, pid } = await nextMessage(upstream);
    const load = new LoadGenerator(pid);
    closers.push(() => load.close());
    const real = { port, servername: HOST, ca: certificates.authorityPem, authorization };
    // Peers that drop root's rights reach their own directory below this one.
    chmodSync(directory, 0o711);
    // Everything that runs now fails or ends, nothing else is begun, and what was started is ended as after any other run.
    const interruption = new AbortController();
    const interrupt = () => {
      interruption.abort(new Error("interrupted"));
      load.close();
    };
    return { directory, certificates, hosts, newHosts, real, load, closers, close, interrupt, interruption: interruption.signal };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startPeers(wanted, world, size) {
  const peers = [];
  for (const { name, about, start } of wanted) {
    world.interruption.throwIfAborted();
    const directory = join(world.directory, name);
    mkdirSync(directory, { mode: 0o700 });
    try {
      const started = await start({ ...world, directory });
      world.closers.push(() => started.close());
      const peer = { name, about, ...started, figures: {}, failures: {} };
      await world.load.ask("read", peer, { path: "/small" });
      peer.memory = name === "direct" ? null : await measureMemory(peer, world.load, size);
      peers.push(peer);
    } catch (error) {
      world.interruption.throwIfAborted();
      const isAbsent = error instanceof Unobtainable;
      console.error(`${isAbsent ? "skipped" : "left out, it failed"}: ${name}: ${error.message}`);
      if (name === "keyward") throw error;
    }
  }
  return peers;
}

/** A process nobody has used yet, then with many open connections, after them, and the same once more. */
async function measureMemory(peer, load, size) {
  const look = () => Math.max(...peer.roots.map((root) => residentBytes(treeOf(root)) ?? 0));
  await pause(IDLE_MS);
  const memory = { idle: look(), opened: [], open: [], after: [] };
  for (let time = 0; time < 2; time++) {
    memory.opened.push(await load.ask("hold", peer, { connections: size.held, limitMs: size.holdMs }));
    memory.open.push(look());
    await load.ask("release", peer);
    await pause(SETTLE_MS);
    memory.after.push(look());
    // One that did not open them all in its time would not do better the second time.
    if (memory.opened[0] < size.held) break;
  }
  return memory;
}

function jobsOf(size) {
  const kept = (connections) => (peer, load) => load.ask("steady", peer, { connections, durationMs: size.windowMs });
  return {
    kept1: kept(1),
    kept16: kept(16),
    kept64: kept(64),
    cold: (peer, load) => load.ask("cold", peer, { durationMs: size.windowMs }),
    http2: (peer, load) => (peer.offersHttp2 ? load.ask("http2", peer, { streams: 16, durationMs: size.windowMs }) : undefined),
    download: (peer, load) => load.ask("download", peer, { bytes: size.bytes }),
    upload: (peer, load) => load.ask("upload", peer, { bytes: size.bytes }),
    events: (peer, load) => times(size.samples, () => load.ask("firstEvent", peer)),
  };
}

/** Programs that compile themselves while they run are slow at first, and compiling counts as their time: none is measured before it has been at work for a while. */
async function warmUp(peers, load, durationMs) {
  for (const peer of peers) {
    await attempt({ peer, key: "kept16", load }, () => load.ask("steady", peer, { connections: 16, durationMs }));
    await attempt({ peer, key: "cold", load }, () => load.ask("cold", peer, { durationMs }));
    if (peer.offersHttp2) await attempt({ peer, key: "http2", load }, () => load.ask("http2", peer, { streams: 16, durationMs }));
  }
}

async function runRounds(peers, world, size) {
  const { load } = world;
  const jobs = jobsOf(size);
  await warmUp(peers, load, size.warmUpMs);
  for (let round = 0; round < size.rounds; round++) {
    console.error(`round ${round + 1} of ${size.rounds} …`);
    const order = round % 2 === 0 ? peers : [...peers].reverse();
    for (const [key, job] of Object.entries(jobs)) for (const peer of order) await keep({ peer, key, load }, () => job(peer, load));
    const hosts = world.newHosts.slice(round * size.samples, (round + 1) * size.samples);
    for (const peer of order) await keep({ peer, key: "first", load }, () => askHosts(peer, hosts, load));
  }
}

/** Hosts that a proxy has never heard of; one that mints no certificates has none. */
function askHosts(peer, hosts, load) {
  if (!peer.mintsLeaves && peer.name !== "direct") return undefined;
  const authorization = peer.firstAuthorization ?? peer.target.authorization;
  return times(hosts.length, (at) => load.ask("first", { ...peer, target: { ...peer.target, authorization, servername: hosts[at] } }));
}

async function keep({ peer, key, load }, work) {
  const figure = await attempt({ peer, key, load }, work);
  if (figure !== undefined) (peer.figures[key] ??= []).push(figure);
}

/** What a peer has failed at twice it is not asked again. */
async function attempt({ peer, key, load }, work) {
  const failures = (peer.failures[key] ??= []);
  if (failures.length >= 2) return undefined;
  try {
    return await work();
  } catch (error) {
    const [reason] = error.message.split(/[\r\n]/);
    failures.push(reason);
    console.error(`${peer.name}, ${key}: ${reason}`);
    if (peer.name === "keyward" || load.isClosed) throw error;
    return undefined;
  }
}

async function times(count, work) {
  const all = [];
  for (let at = 0; at < count; at++) all.push(await work(at));
  return all;
}

/** What else the machine does: figures from a busy one mislead. */
function loadNow() {
  return loadavg()[0].toFixed(1);
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
