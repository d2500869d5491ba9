// Forked by bench.mjs and compare.mjs, not run by itself: the load generator, a process of its own. Takes one job at a time against one
// target (connection.mjs says what that is): latency, throughput, download, upload, read, or one of compare-jobs.mjs.
import { performance } from "node:perf_hooks";
import * as compareJobs from "./compare-jobs.mjs";
import { Connection } from "./connection.mjs";

const jobs = { latency, throughput, download, upload, read, ...compareJobs };

process.on("message", (order) => void carryOut(order));
process.on("disconnect", () => process.exit());

async function carryOut({ job, target, options }) {
  try {
    process.send?.({ result: await jobs[job](target, options) });
  } catch (error) {
    process.send?.({ error: `${job}: ${error.message}` });
  }
}

/** Milliseconds of each of `count` requests on one kept-alive connection. */
async function latency(target, { count }) {
  const connection = await Connection.open(target);
  const times = [];
  for (let at = 0; at < count; at++) {
    const started = performance.now();
    await connection.request("GET", "/small");
    times.push(performance.now() - started);
  }
  connection.close();
  return times;
}

/** Requests per second over `connections` connections, each sending its next request when the last was answered. */
async function throughput(target, { connections, durationMs }) {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(target)));
  await Promise.all(open.map((connection) => connection.request("GET", "/small")));
  const started = performance.now();
  let done = 0;
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() - started < durationMs) {
        await connection.request("GET", "/small");
        done++;
      }
      connection.close();
    }),
  );
  return (done * 1000) / (performance.now() - started);
}

/** Bytes per second. */
async function download(target, { bytes }) {
  const connection = await Connection.open(target);
  const started = performance.now();
  const { length } = await connection.request("GET", `/down?bytes=${bytes}`);
  if (length !== bytes) throw new Error(`${length} bytes arrived instead of ${bytes}`);
  connection.close();
  return (bytes * 1000) / (performance.now() - started);
}

async function upload(target, { bytes }) {
  const connection = await Connection.open(target);
  const started = performance.now();
  const { body } = await connection.request("PUT", "/up", bytes);
  if (Number(body) !== bytes) throw new Error(`the upstream counted ${body} bytes instead of ${bytes}`);
  connection.close();
  return (bytes * 1000) / (performance.now() - started);
}

/** The body of one small answer. */
async function read(target, { path }) {
  const connection = await Connection.open(target);
  const { body } = await connection.request("GET", path);
  connection.close();
  return body;
}
