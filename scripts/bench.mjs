// Run it when you want to know what keyward costs (`npm run bench`, `npm run bench -- --quick`): start-up of a run, added latency, throughput,
// a gigabyte each way with the daemon's memory, handshakes. Every figure stands beside the direct one of the same run; ratios hold
// from machine to machine, milliseconds do not. Upstream, load generator and daemon are processes of their own.
// With --peers it measures other proxies beside keyward instead; bench/options.mjs says what else it takes.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { comparePeers } from "./bench/compare.mjs";
import { holdRun } from "./bench/held-run.mjs";
import { watchMemory } from "./bench/memory.mjs";
import { readOptions } from "./bench/options.mjs";
import { askWorker, median, nextMessage, startWorker as forkWorker } from "./bench/workers.mjs";
import { HOST, Stage } from "./stage.mjs";

const wanted = readOptions(process.argv.slice(2));
const { quick } = wanted;
const size = quick
  ? { starts: 15, rounds: wanted.rounds ?? 4, requests: 200, durationMs: 700, bytes: 100_000_000 }
  : { starts: 25, rounds: wanted.rounds ?? 10, requests: 500, durationMs: 2_000, bytes: 1_000_000_000 };

const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const mib = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
const aim = (text, isMet, limit) => `${text} (aim ${limit}: ${isMet ? "met" : "MISSED"})`;
const baselineCell = (values, show) => (values.baseline === undefined ? [] : [`http-mitm-proxy ${show(values.baseline)}`]);

const workers = [];
let heldRun;
let stage;
try {
  if (wanted.peers) await comparePeers(wanted);
  else await measureAll();
} catch (error) {
  console.error(`keyward bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  heldRun?.end();
  for (const worker of workers) worker.disconnect();
  await stage?.close();
}

async function measureAll() {
  stage = new Stage();
  const upstream = startWorker("upstreams/upstream.mjs");
  const { port, authorityPem } = await nextMessage(upstream);
  await stage.pointAt(port, authorityPem);
  const key = await stage.login();
  console.log(`keyward bench on node ${process.version}, ${process.platform} ${process.arch}${quick ? ", quick" : ""}\n`);
  await measureStartUp();

  heldRun = await holdRun(stage);
  const load = startWorker("load.mjs");
  const direct = { port, servername: HOST, ca: authorityPem, authorization: `Bearer ${key}` };
  const proxied = {
    ...direct,
    ca: heldRun.authorityPem,
    authorization: `Bearer ${heldRun.environment.OPENAI_API_KEY}`,
    proxy: heldRun.proxy,
  };
  const baseline = await startBaseline({ direct, placeholder: proxied.authorization });
  const ask = (job, target, options) => askWorker(load, { job, target, options });

  await measureHandshakes(ask, { direct, proxied });
  await measureLatency(ask, { direct, proxied, baseline });
  await measureThroughput(ask, { direct, proxied, baseline });
  await measureTransfers(ask, { direct, proxied });
  await checkInjection(ask, { direct, key });
}

async function measureStartUp() {
  const [bare, wrapped] = [[], []];
  await stage.keyward(["run", "--", "true"]);
  for (let at = 0; at < size.starts; at++) {
    bare.push(time(() => spawnSync("true")));
    const started = performance.now();
    await stage.keyward(["run", "--", "true"]);
    wrapped.push(performance.now() - started);
  }
  const added = median(wrapped) - median(bare);
  row("start-up, median", [
    `true ${ms(median(bare))}`,
    `keyward run -- true ${ms(median(wrapped))}`,
    aim(`added ${ms(added)}`, added <= 300, "≤ 300 ms"),
  ]);
}

async function measureLatency(ask, targets) {
  const times = await alternate(targets, (target) => ask("latency", target, { count: size.requests }));
  const p50 = Object.fromEntries(Object.entries(times).map(([name, rounds]) => [name, median(rounds.flat())]));
  const added = p50.proxied - p50.direct;
  const cells = [`direct ${ms(p50.direct)}`, `keyward ${ms(p50.proxied)} (× ${(p50.proxied / p50.direct).toFixed(2)})`];
  row("p50, one kept-alive connection", [...cells, ...baselineCell(p50, ms), aim(`added ${ms(added)}`, added <= 1.5, "≤ 1.5 ms")]);
}

async function measureThroughput(ask, targets) {
  for (const connections of [1, 16]) {
    const rates = await alternate(targets, (target) => ask("throughput", target, { connections, durationMs: size.durationMs }));
    const rps = Object.fromEntries(Object.entries(rates).map(([name, rounds]) => [name, median(rounds)]));
    const shown = (rate) => `${Math.round(rate)}/s`;
    const cells = [`direct ${shown(rps.direct)}`, `keyward ${shown(rps.proxied)} (× ${(rps.proxied / rps.direct).toFixed(2)})`];
    row(`requests, ${connections} connection${connections === 1 ? "" : "s"}`, [...cells, ...baselineCell(rps, shown)]);
  }
}

async function measureTransfers(ask, { direct, proxied }) {
  const { pid, rss_bytes: restingBytes } = JSON.parse(await stage.keyward(["daemon", "status", "--json"]));
  for (const job of ["download", "upload"]) {
    const bare = await ask(job, direct, { bytes: size.bytes });
    const memory = watchMemory(pid);
    const through = await ask(job, proxied, { bytes: size.bytes });
    const peak = memory.stop();
    const cells = [`direct ${mib(bare)}/s`, `keyward ${mib(through)}/s (× ${(through / bare).toFixed(2)})`];
    row(`${job} of ${size.bytes / 1e6} MB`, [
      ...cells,
      peak === null
        ? "memory unknown here"
        : aim(`daemon ${mib(restingBytes)} before, at most ${mib(peak)}`, peak < 150 * 2 ** 20, "< 150 MiB"),
    ]);
  }
}

async function measureHandshakes(ask, { direct, proxied }) {
  const before = await stats(ask, direct);
  await ask("throughput", proxied, { connections: 16, durationMs: 500 });
  const after = await stats(ask, direct);
  // Each look at the statistics is a connection and a handshake of its own.
  const [connections, handshakes] = [after.connections - before.connections - 1, after.handshakes - before.handshakes - 1];
  const perConnection = connections === 0 ? 0 : handshakes / connections;
  const cells = [`${after.requests - before.requests} requests over 16 connections`, `${connections} new upstream connections`];
  row("upstream handshakes", [...cells, aim(`${perConnection.toFixed(2)} per connection`, perConnection <= 1, "≤ 1")]);
}

/** A benchmark of a proxy that does not inject would be of no use. */
async function checkInjection(ask, { direct, key }) {
  const { authorization } = await stats(ask, direct);
  const shown = Object.keys(authorization);
  if (shown.length !== 1 || shown[0] !== `Bearer ${key}`) throw new Error("some requests reached the upstream without the real key");
}

function stats(ask, direct) {
  return ask("read", direct, { path: "/stats" }).then((body) => JSON.parse(body));
}

async function startBaseline({ direct, placeholder }) {
  const directory = join(stage.root, "baseline");
  mkdirSync(directory);
  const worker = startWorker("baseline.mjs");
  worker.send({ upstreamPort: direct.port, upstreamAuthorityPem: direct.ca, directory, placeholder, key: direct.authorization });
  const { port, authorityPem } = await nextMessage(worker);
  return { ...direct, ca: authorityPem, authorization: placeholder, proxy: { port, authorization: "" } };
}

/** Round by round through every target, so that a slow moment of the machine hits all of them. */
async function alternate(targets, measure) {
  const results = Object.fromEntries(Object.keys(targets).map((name) => [name, []]));
  for (const target of Object.values(targets)) await measure(target);
  for (let round = 0; round < size.rounds; round++)
    for (const [name, target] of Object.entries(targets)) results[name].push(await measure(target));
  return results;
}

function startWorker(file) {
  const worker = forkWorker(file);
  workers.push(worker);
  return worker;
}

function time(work) {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function row(name, cells) {
  console.log(`${name.padEnd(34)} ${cells.join(" · ")}`);
}
