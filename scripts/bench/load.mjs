// Forked by bench.mjs, not run by itself: the load generator, a process of its own that speaks HTTP/1.1 byte by byte, so that it costs
// next to nothing and every connection is counted. Takes one job at a time: latency, throughput, download or upload against one target.
// A target is {port, servername, ca, authorization} and, through a proxy, {proxy: {port, authorization}}.
import { connect as connectTcp } from "node:net";
import { performance } from "node:perf_hooks";
import { connect as connectTls } from "node:tls";

const PIECE = Buffer.alloc(64 * 1024, "u");
const jobs = { latency, throughput, download, upload, read };

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

class Connection {
  static async open(target) {
    const proxied = target.proxy === undefined ? undefined : await tunnel(target);
    const options = proxied === undefined ? { port: target.port, host: "127.0.0.1" } : { socket: proxied };
    const socket = connectTls({ ...options, servername: target.servername, ca: target.ca, ALPNProtocols: ["http/1.1"] });
    await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
    socket.setNoDelay(true);
    return new Connection(socket, target);
  }

  constructor(socket, target) {
    this.socket = socket;
    this.target = target;
    socket.on("data", (chunk) => this.hear(chunk));
    socket.on("error", (error) => this.fail?.(error));
    socket.on("close", () => this.fail?.(new Error("the connection ended early")));
  }

  /** Resolves with the length of the answer's body, and the body itself when it is small. */
  request(method, path, uploadBytes = 0) {
    const answered = new Promise((resolve, reject) => {
      this.fail = reject;
      this.finish = (answer) => {
        this.fail = undefined;
        resolve(answer);
      };
    });
    this.head = "";
    this.body = "";
    this.length = -1;
    const lengthField = method === "PUT" ? `Content-Length: ${uploadBytes}\r\n` : "";
    this.socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: ${this.target.servername}\r\nAuthorization: ${this.target.authorization}\r\n${lengthField}\r\n`,
    );
    if (uploadBytes > 0) this.pour(uploadBytes);
    return answered;
  }

  pour(total) {
    let left = total;
    while (left > 0) {
      const piece = left >= PIECE.length ? PIECE : PIECE.subarray(0, left);
      left -= piece.length;
      const rest = left;
      if (!this.socket.write(piece) && rest > 0) return void this.socket.once("drain", () => this.pour(rest));
    }
  }

  hear(heard) {
    let chunk = heard;
    if (this.length < 0) {
      this.head += chunk.toString("latin1");
      const end = this.head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const status = Number(this.head.slice(9, 12));
      this.length = Number(/\r\ncontent-length: *(\d+)/i.exec(this.head.slice(0, end))?.[1] ?? Number.NaN);
      if (status !== 200 || Number.isNaN(this.length)) {
        this.fail?.(new Error(`unexpected answer: ${this.head.slice(0, 300)}`));
        return;
      }
      this.left = this.length;
      chunk = Buffer.from(this.head.slice(end + 4), "latin1");
    }
    this.left -= chunk.length;
    if (this.length < 1000) this.body += chunk.toString("latin1");
    if (this.left === 0) this.finish({ length: this.length, body: this.body });
  }

  close() {
    this.socket.destroy();
  }
}

async function tunnel({ servername, proxy }) {
  const socket = connectTcp(proxy.port, "127.0.0.1");
  socket.setNoDelay(true);
  socket.write(`CONNECT ${servername}:443 HTTP/1.1\r\nHost: ${servername}:443\r\n${proxy.authorization}\r\n`);
  const answer = await new Promise((resolve, reject) => {
    let heard = "";
    const listen = (chunk) => {
      heard += chunk.toString("latin1");
      if (!heard.includes("\r\n\r\n")) return;
      socket.off("data", listen).pause();
      resolve(heard);
    };
    socket.on("data", listen);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the proxy closed the connection")));
  });
  if (!answer.startsWith("HTTP/1.1 200")) throw new Error(`the proxy answered ${answer.split("\r\n")[0]}`);
  return socket;
}
