// The command's end of the control socket: one connection, any number of calls in flight.
// In: a socket path. Out: typed results, or the daemon's own error. It loads nothing but node:net, for commands start with it.
// It never starts a daemon (start-daemon.ts does) and never writes a value into a message of its own. When the connection ends before an
// answer, the code says what is known: DAEMON_GONE, the daemon did not take the call; DAEMON_UNREACHABLE, it may have done it.
import { connect, type Socket } from "node:net";
import { type ErrorBody, KeywardError, systemCode } from "../core/errors.ts";
import { clientHello, type DaemonHello, readDaemonHello } from "./handshake.ts";
import { decodeLine, encodeLine, LineReader } from "./lines.ts";
import { type MethodName, type Params, PROTOCOL_VERSION, type Result } from "./protocol.ts";
import { isOlderVersion, packageVersion } from "./version.ts";

/** A living daemon answers its first line in milliseconds; a stopped one never does. */
const HELLO_TIMEOUT_MS = 5_000;
/** A daemon at which more commands arrive at once than the system lets wait takes them within moments. */
const CROWDED_MS = 20;

export interface ConnectOptions {
  /** Let an older daemon without live runs stop (see handshake.ts). */
  readonly replace?: boolean;
  readonly helloTimeoutMs?: number;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: KeywardError) => void;
}

export class ControlClient {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #lines = new LineReader();
  readonly #pending = new Map<number, Pending>();
  readonly #helloDone: Promise<DaemonHello | null>;
  #settleHello: { resolve: (hello: DaemonHello | null) => void; reject: (error: KeywardError) => void } | null = null;
  #hello: DaemonHello | null = null;
  #lastId = 0;
  #isClosed = false;
  #failure: KeywardError | null = null;
  /** The daemon was gone with bytes of ours unread. */
  #hasLeftUnread = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#helloDone = new Promise((resolve, reject) => {
      this.#settleHello = { resolve, reject };
    });
    this.#helloDone.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.#onClose();
        resolve();
      });
    });
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    socket.on("error", (error) => {
      this.#hasLeftUnread = UNREAD.includes(systemCode(error) ?? "");
    });
  }

  /** Who answered. */
  get daemon(): DaemonHello {
    if (this.#hello === null) throw new KeywardError("INTERNAL", "the daemon has not greeted yet");
    return this.#hello;
  }

  /** One line for stderr when the daemon is of another version, else null. */
  get notice(): string | null {
    const { version } = this.daemon;
    if (!isOlderVersion(version, packageVersion())) return null;
    return `the daemon is keyward ${version} and live runs use it; it is replaced by ${packageVersion()} when they have ended`;
  }

  /** @throws whatever the daemon answered; DAEMON_GONE or DAEMON_UNREACHABLE when the connection ends first; DAEMON_PROTOCOL */
  call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
    return new Promise<Result<M>>((resolve, reject) => {
      if (this.#isClosed || !this.#socket.writable) return reject(this.#failure ?? notTaken());
      const id = ++this.#lastId;
      const line = encodeLine({ id, method, params });
      this.#pending.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#socket.write(line);
    });
  }

  /** Ends the connection; calls in flight are rejected. */
  close(): void {
    this.#socket.destroy();
  }

  /** Sends the command's first line and waits for the daemon's; null when the daemon is just ending. */
  async greet(replace: boolean, timeoutMs: number): Promise<DaemonHello | null> {
    this.#socket.write(encodeLine(clientHello(replace)));
    const timer = setTimeout(() => this.#fail(silent()), timeoutMs);
    try {
      return await this.#helloDone;
    } finally {
      clearTimeout(timer);
    }
  }

  #onData(chunk: Buffer): void {
    try {
      for (const line of this.#lines.push(chunk)) this.#onLine(line);
    } catch (error) {
      this.#fail(error instanceof KeywardError ? error : garbled());
    }
  }

  #onLine(line: string): void {
    const message = decodeLine(line);
    if (message === null) throw garbled();
    if (this.#hello === null) {
      this.#hello = readDaemonHello(message);
      if (this.#hello === null) throw garbled();
      this.#settleHello?.resolve(this.#hello);
      return;
    }
    const error = message["error"] as ErrorBody | undefined;
    const pending = this.#pending.get(message["id"] as number);
    if (pending === undefined) {
      // An error without an id is about the connection as a whole; the daemon closes it next.
      if (error !== undefined) this.#failure = KeywardError.fromBody(error);
      return;
    }
    this.#pending.delete(message["id"] as number);
    if (error !== undefined) pending.reject(KeywardError.fromBody(error));
    else pending.resolve(message["result"]);
  }

  #fail(error: KeywardError): void {
    this.#failure = error;
    this.#socket.destroy();
  }

  #onClose(): void {
    this.#isClosed = true;
    // What was unread may be the end of any of several calls; of a single one it is that one's.
    const error = this.#failure ?? (this.#hasLeftUnread && this.#pending.size === 1 ? notTaken() : wentAway());
    if (this.#failure === null) this.#settleHello?.resolve(null);
    else this.#settleHello?.reject(error);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}

/** A line that was not read whole was not acted upon. */
const UNREAD: readonly string[] = ["ECONNRESET", "EPIPE"];

/**
 * Connects and greets. null = nobody listens there.
 * @throws DAEMON_UNREACHABLE when something listens but does not answer; DAEMON_PROTOCOL when it speaks another protocol
 */
export async function connectControl(socketPath: string, options: ConnectOptions = {}): Promise<ControlClient | null> {
  const timeoutMs = options.helloTimeoutMs ?? HELLO_TIMEOUT_MS;
  const client = await openSocket(socketPath, performance.now() + timeoutMs);
  if (client === null) return null;
  const hello = await client.greet(options.replace === true, timeoutMs);
  if (hello === null) return null;
  if (hello.protocol === PROTOCOL_VERSION || hello.stepsAside) return client;
  client.close();
  throw otherProtocol(hello);
}

async function openSocket(socketPath: string, untilMs: number): Promise<ControlClient | null> {
  for (;;) {
    const opened = await tryOpen(socketPath);
    if (opened !== "crowded") return opened;
    if (performance.now() >= untilMs) throw silent();
    await new Promise((resolve) => setTimeout(resolve, CROWDED_MS));
  }
}

function tryOpen(socketPath: string): Promise<ControlClient | "crowded" | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    // The client listens from this moment on: what happens to the connection next is its affair.
    socket.once("connect", () => resolve(new ControlClient(socket)));
    socket.once("error", (error) => {
      const code = systemCode(error) ?? "unknown reason";
      if (code === "EAGAIN") return resolve("crowded");
      // ENOTSOCK: a plain file lies in the way; the daemon removes it under its lock. ECONNRESET: who listened died before it took the connection.
      if (["ENOENT", "ECONNREFUSED", "ECONNRESET", "ENOTDIR", "ENOTSOCK"].includes(code)) return resolve(null);
      reject(
        new KeywardError("DAEMON_UNREACHABLE", `cannot connect to ${socketPath} (${code})`, { hint: "keyward daemon logs", cause: error }),
      );
    });
  });
}

function otherProtocol(hello: DaemonHello): KeywardError {
  const older = isOlderVersion(hello.version, packageVersion());
  const message = `the daemon (keyward ${hello.version}, pid ${hello.pid}) speaks protocol ${hello.protocol}, this command speaks ${PROTOCOL_VERSION}`;
  return new KeywardError("DAEMON_PROTOCOL", message, {
    hint: older ? "end its runs, then: keyward daemon restart" : "use the newer keyward, or: keyward daemon stop",
  });
}

function notTaken(): KeywardError {
  return new KeywardError("DAEMON_GONE", "the daemon ended before it took the call", { hint: "the same again" });
}

function wentAway(): KeywardError {
  return new KeywardError("DAEMON_UNREACHABLE", "the daemon ended before it answered; what was asked may have been done", {
    hint: "keyward daemon logs",
  });
}

function silent(): KeywardError {
  return new KeywardError("DAEMON_UNREACHABLE", "the daemon accepts connections but does not answer", { hint: "keyward daemon restart" });
}

function garbled(): KeywardError {
  return new KeywardError("DAEMON_PROTOCOL", "what answers on the control socket does not speak keyward's protocol", {
    hint: "keyward daemon restart",
  });
}
