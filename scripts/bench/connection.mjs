// Used by the load generator, not run by itself: one connection that speaks HTTP/1.1 byte by byte, so that it costs next to nothing.
// A target is {port, servername, ca, authorization} and, through a proxy, {proxy: {port, authorization}}; {urlPort} where that is not 443.
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";

const PIECE = Buffer.alloc(64 * 1024, "u");

export class Connection {
  static async open(target) {
    return new Connection(await openSecure(target, ["http/1.1"]), target);
  }

  constructor(socket, target) {
    this.socket = socket;
    this.fields = `Host: ${hostOf(target)}\r\nAuthorization: ${target.authorization}\r\n`;
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
    this.socket.write(`${method} ${path} HTTP/1.1\r\n${this.fields}${lengthField}\r\n`);
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

export function hostOf({ servername, urlPort }) {
  return urlPort === undefined ? servername : `${servername}:${urlPort}`;
}

/** A TLS connection to the target, through its proxy if it has one. */
export async function openSecure(target, protocols) {
  const proxied = target.proxy === undefined ? undefined : await tunnel(target);
  const options = proxied === undefined ? { port: target.port, host: "127.0.0.1" } : { socket: proxied };
  const socket = connectTls({ ...options, servername: target.servername, ca: target.ca, ALPNProtocols: protocols });
  await new Promise((resolve, reject) => {
    socket.once("secureConnect", resolve).once("error", reject);
    socket.once("close", () => reject(new Error("the connection ended during the TLS handshake")));
  });
  socket.setNoDelay(true);
  return socket;
}

async function tunnel({ servername, proxy, urlPort = 443 }) {
  const socket = connectTcp(proxy.port, "127.0.0.1");
  const authority = `${servername}:${urlPort}`;
  socket.setNoDelay(true);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${proxy.authorization}\r\n`);
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
