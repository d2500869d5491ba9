// The only way out of a sandbox: a unix socket that leads to the daemon's proxy port. It is bound into one run's sandbox and nowhere else.
// In: a socket path, the port, the run's own proxy credentials. Out: a listening relay. It carries bytes and keeps none.
// A client that cannot send proxy credentials (a JVM) gets them added: whoever reaches this socket is that run already.
import { chmodSync, readdirSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { basename, dirname, join } from "node:path";
import { KeywardError, systemCode } from "../../core/errors.ts";

export interface RelayOptions {
  readonly socketPath: string;
  readonly proxyPort: number;
  /** `Basic …` of this run. */
  readonly authorization: string;
}

export interface Relay {
  close(): void;
}

/** A CONNECT head longer than this is passed on as it is; the proxy refuses it. */
const MAX_HEAD_BYTES = 16 * 1024;
const END_OF_HEAD = "\r\n\r\n";

/** @throws SANDBOX_UNAVAILABLE */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    const outside = connect({ port: options.proxyPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    for (const [socket, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      open.add(socket);
      socket.on("error", () => other.destroy());
      socket.once("close", () => {
        open.delete(socket);
        other.destroy();
      });
    }
    outside.pipe(inside);
    passHead(inside, outside, options.authorization);
  });
  await listen(server, options.socketPath);
  return {
    close() {
      server.close();
      for (const socket of open) socket.destroy();
      rmSync(options.socketPath, { force: true });
    },
  };
}

/** A path for this process's socket; removes those that killed processes left in `directory`. */
export function relaySocketPath(directory: string): string {
  for (const name of readdirSync(directory)) {
    const pid = /^s-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(directory, name), { force: true });
  }
  return join(directory, `s-${process.pid}`);
}

/** Sends the first head on, completed if need be, then lets the bytes flow. */
function passHead(inside: Socket, outside: Socket, authorization: string): void {
  let head = Buffer.alloc(0);
  const flow = (first: Buffer): void => {
    inside.off("data", collect);
    inside.off("end", finish);
    if (first.length > 0) outside.write(first);
    if (inside.readableEnded) outside.end();
    else inside.pipe(outside);
  };
  const finish = (): void => flow(head);
  const collect = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(END_OF_HEAD);
    if (end >= 0) flow(withAuthorization(head, end, authorization));
    else if (head.length > MAX_HEAD_BYTES || !isConnect(head)) flow(head);
  };
  inside.on("data", collect);
  inside.once("end", finish);
}

/** Is it one, or can it become one? */
function isConnect(head: Buffer): boolean {
  const word = "CONNECT ";
  return word.startsWith(head.toString("latin1", 0, word.length));
}

export function withAuthorization(head: Buffer, end: number, authorization: string): Buffer {
  const text = head.toString("latin1", 0, end);
  if (!isConnect(head) || /\r\nproxy-authorization[ \t]*:/i.test(text)) return head;
  const line = text.indexOf("\r\n");
  const at = line < 0 ? end : line;
  const added = Buffer.from(`\r\nProxy-Authorization: ${authorization}`, "latin1");
  return Buffer.concat([head.subarray(0, at), added, head.subarray(at)]);
}

function listen(server: Server, socketPath: string): Promise<void> {
  rmSync(socketPath, { force: true });
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const why = systemCode(error) ?? "unknown reason";
      const message = `cannot listen on ${basename(dirname(socketPath))}/${basename(socketPath)} (${why})`;
      reject(new KeywardError("SANDBOX_UNAVAILABLE", message, { cause: error }));
    });
    server.listen(socketPath, () => {
      chmodSync(socketPath, 0o600);
      resolve();
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}
