// The load generator's jobs for the comparison of proxies, not run by itself: steady and cold load with what every process spent on it,
// HTTP/2, the first request to a host, many open connections, an event stream.
// In: a target, options with `watch`, the process ids by role. Out: rates, latencies in ms and processor time in µs.
import { connect as connectHttp2 } from "node:http2";
import { performance } from "node:perf_hooks";
import { Connection, hostOf, openSecure } from "./connection.mjs";
import { cpuMicros } from "./processes.mjs";

const WARM_UP_REQUESTS = 20;
const OPEN_AT_ONCE = 16;
/** How many cold connections are under way at a time. */
const COLD_AT_ONCE = 4;

/** Requests over kept-alive connections, each sending its next one when the last was answered. */
export async function steady(target, { connections, durationMs, watch }) {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(target)));
  const ask = (connection) => connection.request("GET", "/small");
  await Promise.all(open.map((connection) => repeat(WARM_UP_REQUESTS, () => ask(connection))));
  const result = await measure({ durationMs, watch, workers: open.map((connection) => () => ask(connection)) });
  for (const connection of open) connection.close();
  return result;
}

/** Each request on a connection of its own: TCP, CONNECT, TLS, one answer, gone. */
export async function cold(target, { durationMs, watch }) {
  const once = async () => {
    const connection = await Connection.open(target);
    await connection.request("GET", "/small");
    connection.close();
  };
  await repeat(COLD_AT_ONCE, once);
  return measure({ durationMs, watch, workers: Array.from({ length: COLD_AT_ONCE }, () => once) });
}

/** Streams of one HTTP/2 connection, through node's own client. */
export async function http2(target, { streams, durationMs, watch }) {
  const socket = await openSecure(target, ["h2"]);
  if (socket.alpnProtocol !== "h2") throw new Error("the proxy does not speak HTTP/2");
  const session = connectHttp2(`https://${target.servername}`, { createConnection: () => socket });
  session.on("error", () => {});
  const ask = () =>
    new Promise((resolve, reject) => {
      const stream = session.request({ ":path": "/small", authorization: target.authorization });
      stream.once("response", (headers) => headers[":status"] !== 200 && reject(new Error(`answered with ${headers[":status"]}`)));
      stream.once("end", resolve).once("error", reject).resume();
    });
  const workers = Array.from({ length: streams }, () => ask);
  await Promise.all(workers.map(() => repeat(WARM_UP_REQUESTS, ask)));
  const result = await measure({ durationMs, watch, workers });
  session.destroy();
  return result;
}

/** Milliseconds from nothing to the answer, the proxy never having seen this host. */
export async function first(target) {
  const started = performance.now();
  const connection = await Connection.open(target);
  await connection.request("GET", "/small");
  const ms = performance.now() - started;
  connection.close();
  return ms;
}

let held = [];

/** Opens connections, sends one request on each and keeps them; says how many were open when it was done or the time was up. */
export async function hold(target, { connections, limitMs }) {
  const deadline = performance.now() + limitMs;
  let begun = 0;
  const opener = async () => {
    while (begun < connections && performance.now() < deadline) {
      begun += 1;
      const connection = await Connection.open(target);
      held.push(connection);
      await connection.request("GET", "/small");
    }
  };
  await Promise.all(Array.from({ length: OPEN_AT_ONCE }, opener));
  return held.filter(({ socket }) => !socket.destroyed).length;
}

export async function release() {
  const open = held.filter(({ socket }) => !socket.destroyed);
  held = [];
  await Promise.all(open.map(({ socket }) => new Promise((resolve) => void socket.once("close", resolve).destroy())));
  return open.length;
}

/** How long after they were sent the head and the first event of a stream arrive, in ms. */
export async function firstEvent(target) {
  const socket = await openSecure(target, ["http/1.1"]);
  socket.write(`GET /sse HTTP/1.1\r\nHost: ${hostOf(target)}\r\nAuthorization: ${target.authorization}\r\n\r\n`);
  let [heard, headMs] = ["", null];
  const late = (sentAt) => Number(process.hrtime.bigint() - BigInt(sentAt)) / 1e6;
  return new Promise((resolve, reject) => {
    socket.once("error", reject).once("close", () => reject(new Error("the stream ended before its first event")));
    socket.on("data", (chunk) => {
      heard += chunk.toString("latin1");
      const head = /^x-sent-at: (\d+)\r$/im.exec(heard);
      if (headMs === null && head !== null && heard.includes("\r\n\r\n")) headMs = late(head[1]);
      const event = /^data: (\d+)$/m.exec(heard);
      if (event === null) return;
      resolve({ headMs, eventMs: late(event[1]) });
      socket.destroy();
    });
  });
}

async function repeat(times, work) {
  for (let at = 0; at < times; at++) await work();
}

/** Every worker again and again for the given time, with the processor time of the watched processes between start and end. */
async function measure({ durationMs, watch, workers }) {
  const latencies = [];
  const before = spent(watch);
  const started = performance.now();
  await Promise.all(
    workers.map(async (work) => {
      for (let now = performance.now(); now - started < durationMs;) {
        await work();
        const ended = performance.now();
        latencies.push(ended - now);
        now = ended;
      }
    }),
  );
  const elapsedMs = performance.now() - started;
  const after = spent(watch);
  const cpu = Object.fromEntries(Object.keys(watch).map((role) => [role, after[role] - before[role]]));
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    rps: (latencies.length * 1000) / elapsedMs,
    p50: latencies[Math.floor(latencies.length * 0.5)],
    p99: latencies[Math.floor(latencies.length * 0.99)],
    cpuPerRequest: Object.fromEntries(Object.entries(cpu).map(([role, micros]) => [role, micros / latencies.length])),
    /** Share of one core. */
    busy: Object.fromEntries(Object.entries(cpu).map(([role, micros]) => [role, micros / 1000 / elapsedMs])),
  };
}

function spent(watch) {
  return Object.fromEntries(Object.entries(watch).map(([role, pids]) => [role, cpuMicros(pids)]));
}
