// The gateway's door: it listens where containers reach it, looks at the first head of a connection, and lets in what carries a run token.
// In: sockets from anywhere. Out: the same bytes, handed to the proxy on loopback once the token's run is known there. It decides nothing else:
// every request is admitted again by the proxy itself, with the same rules as on a laptop.
import { connect, createServer, type Server, type Socket } from "node:net";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { bearerOf, type PageAnswer } from "./gateway-pages.ts";
import { decodeBasic } from "../../proxy/steps/admit.ts";

export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  /** Where the proxy listens, on loopback. */
  readonly proxyPort: () => number;
  /** Whether the token is good, asked of the hub the first time. False: unknown, expired or revoked. Throws when the hub cannot be asked. */
  admit(token: string): Promise<boolean>;
  /** What is answered here and not by the proxy; null: nothing. */
  answer(head: string): PageAnswer | null;
}

export interface Front {
  readonly port: number;
  close(): Promise<void>;
}

const MAX_HEAD_BYTES = 16_384;
const HEAD_TIMEOUT_MS = 10_000;
const HEAD_END = "\r\n\r\n";
const CREDENTIALS = /^proxy-authorization:[ \t]*(.*)$/im;

/** @throws PORT_TAKEN */
export async function openFront(options: FrontOptions): Promise<Front> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    // A peer that breaks off ends its own connection only.
    socket.on("error", () => socket.destroy());
    void letIn(socket, options);
  });
  const port = await listen(server, options);
  return {
    port,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      return closed;
    },
  };
}

async function letIn(socket: Socket, options: FrontOptions): Promise<void> {
  const head = await readHead(socket);
  if (head === null) {
    socket.destroy();
    return;
  }
  const token = tokenOf(head);
  // Without one the proxy says what to send (407); nobody is asked about it.
  if (token !== null) {
    try {
      await options.admit(token);
    } catch (error) {
      refuse(socket, error instanceof KeywardError ? error : new KeywardError("HUB_UNREACHABLE", "the hub could not be asked"));
      return;
    }
  }
  if (socket.destroyed) return;
  const page = options.answer(textOf(head));
  if (page !== null) {
    reply(socket, `${page.status} ${page.status === 200 ? "OK" : "Unauthorized"}`, { type: "text/plain", body: page.body });
    return;
  }
  handOver(socket, head, options.proxyPort());
}

/** Everything up to the first head's end and what came with it; null when that does not come in time or is too long. */
function readHead(socket: Socket): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (head: Buffer | null): void => {
      clearTimeout(timer);
      socket.off("data", take);
      socket.off("close", gone);
      socket.pause();
      resolve(head);
    };
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      const all = Buffer.concat(chunks);
      if (all.includes(HEAD_END)) done(all);
      else if (size > MAX_HEAD_BYTES) done(null);
    };
    const gone = (): void => done(null);
    const timer = setTimeout(gone, HEAD_TIMEOUT_MS);
    socket.on("data", take);
    socket.on("close", gone);
  });
}

function textOf(head: Buffer): string {
  return head.subarray(0, head.indexOf(HEAD_END) + 2).toString("latin1");
}

/** The password of the first head's proxy credentials, or the bearer of a question to the gateway itself. */
function tokenOf(head: Buffer): string | null {
  const text = textOf(head);
  const value = CREDENTIALS.exec(text)?.[1];
  return value === undefined ? bearerOf(text) : (decodeBasic(value.trim())?.password ?? null);
}

function handOver(socket: Socket, head: Buffer, port: number): void {
  const inner = connect({ host: "127.0.0.1", port });
  inner.on("error", () => socket.destroy());
  socket.on("close", () => inner.destroy());
  inner.on("close", () => socket.end());
  inner.setNoDelay(true);
  socket.setNoDelay(true);
  inner.write(head);
  inner.pipe(socket);
  socket.pipe(inner);
}

function refuse(socket: Socket, error: KeywardError): void {
  reply(socket, "503 Service Unavailable", { type: "application/json", body: JSON.stringify({ error: error.toBody() }) });
}

function reply(socket: Socket, status: string, { type, body }: { readonly type: string; readonly body: string }): void {
  const lines = [
    `HTTP/1.1 ${status}`,
    `content-type: ${type}`,
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    ...(status.startsWith("503") ? ["retry-after: 2"] : []),
    "connection: close",
  ];
  socket.end(`${lines.join("\r\n")}${HEAD_END}${body}`);
}

function listen(server: Server, { host, port }: FrontOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const reason = systemCode(error) ?? "unknown reason";
      reject(
        new KeywardError("PORT_TAKEN", `the gateway cannot listen on ${host}:${port} (${reason})`, {
          hint: "choose another with --listen",
        }),
      );
    });
    server.listen(port, host, () => resolve((server.address() as { port: number }).port));
  });
}
