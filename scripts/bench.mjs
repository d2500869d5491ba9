// Run it when you want to know what keyward costs (`npm run bench`, `npm run bench -- --quick`): start-up of a run, added latency, throughput,
// a gigabyte each way with the daemon's memory, handshakes. Every figure stands beside the direct one of the same run; ratios hold
// from machine to machine, milliseconds do not. Upstream, load generator and daemon are processes of their own.
import { fork, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { watchMemory } from "./bench/memory.mjs";
import { HOST, Stage } from "./stage.mjs";

const HOLD = "process.stdout.write(JSON.stringify(process.env)); process.stdin.resume();";
const quick = process.argv.includes("--quick");
const size = quick
  ? { starts: 15, rounds: 4, requests: 200, durationMs: 700, bytes: 100_000_000 }
  : { starts: 25, rounds: 10, requests: 500, durationMs: 2_000, bytes: 1_000_000_000 };

const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const mib = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
const aim = (text, isMet, limit) => `${text} (aim ${limit}: ${isMet ? "met" : "MISSED"})`;
const baselineCell = (values, show) => (values.baseline === undefined ? [] : [`http-mitm-proxy ${show(values.baseline)}`]);

const workers = [];
let heldRun;
const stage = new Stage();
try {
  await measureAll();
} catch (error) {
  console.error(`keyward bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  heldRun?.stdin.end();
  for (const worker of workers) worker.disconnect();
  await stage.close();
}

async function measureAll() {
  const upstream = startWorker("upstream.mjs");
  const { port, authorityPem } = await nextMessage(upstream);
  await stage.pointAt(port, authorityPem);
  const key = await stage.login();
  console.log(`keyward bench on node ${process.version}, ${process.platform} ${process.arch}${quick ? ", quick" : ""}\n`);
  await measureStartUp();

  const run = await holdRun();
  const load = startWorker("load.mjs");
  const direct = { port, servername: HOST, ca: authorityPem, authorization: `Bearer ${key}` };
  const proxied = { ...direct, ca: run.authorityPem, authorization: `Bearer ${run.placeholder}`, proxy: run.proxy };
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

/** A run that stays open, so that the load generator can use its proxy without being its child. */
async function holdRun() {
  heldRun = stage.spawn(["run", "--", process.execPath, "-e", HOLD]);
  let said = "";
  const environment = await new Promise((resolve, reject) => {
    heldRun.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      if (said.endsWith("}")) resolve(JSON.parse(said));
    });
    heldRun.once("close", (status) => reject(new Error(`the run ended with ${status}`)));
  });
  const url = new URL(environment.HTTPS_PROXY);
  const authorization = `Proxy-Authorization: Basic ${Buffer.from(`${url.username}:${url.password}`).toString("base64")}\r\n`;
  const authorityPem = await stage.keyward(["ca", "export"]);
  return { placeholder: environment.OPENAI_API_KEY, proxy: { port: Number(url.port), authorization }, authorityPem };
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
  const worker = fork(fileURLToPath(new URL(`bench/${file}`, import.meta.url)), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  workers.push(worker);
  return worker;
}

function nextMessage(worker) {
  return new Promise((resolve, reject) => {
    const onExit = (status) => reject(new Error(`a worker ended with ${status}`));
    worker.once("exit", onExit);
    worker.once("message", (message) => {
      worker.off("exit", onExit);
      resolve(message);
    });
  });
}

async function askWorker(worker, job) {
  worker.send(job);
  const { result, error } = await nextMessage(worker);
  if (error !== undefined) throw new Error(error);
  return result;
}

function time(work) {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function row(name, cells) {
  console.log(`${name.padEnd(34)} ${cells.join(" · ")}`);
}
