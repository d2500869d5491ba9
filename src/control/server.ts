// The daemon's end of the control socket: greets, checks, calls the method, answers. One bad line is one error.
// In: a socket path and the methods. Out: a listening server of mode 0600. A method that throws never ends the daemon;
// a bug's text stays in the daemon's log, only its code crosses.
import { chmodSync, chownSync, statSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { type ErrorBody, KeywardError, toKeywardError } from "../core/errors.ts";
import { type ClientHello, type DaemonHello, readClientHello } from "./handshake.ts";
import { decodeLine, encodeLine, LineReader } from "./lines.ts";
import { type MethodName, type Params, PROTOCOL_VERSION, type Result } from "./protocol.ts";
import { checkParams, isMethod } from "./schema.ts";

/** One control connection, for methods whose effect ends with it. */
export interface Session {
  readonly id: number;
  /** Called once when the connection ends; at once when it has. */
  onClosed(action: () => void): void;
}

export type MethodTable = { readonly [M in MethodName]: (params: Params<M>, session: Session) => Result<M> | Promise<Result<M>> };

export interface ControlServerOptions {
  readonly socketPath: string;
  /** Absent: the user alone. A group's members may connect as well; they may do what `methods` holds. */
  readonly groupId?: number;
  /** What is not in it is refused. */
  readonly methods: Partial<MethodTable>;
  /** Who we are, and whether we stop in favour of the caller. */
  readonly greet: (hello: ClientHello) => DaemonHello;
  /** A call began (1) or ended (-1); the daemon's idle clock listens. */
  readonly onCall: (change: 1 | -1) => void;
  readonly onBug: (method: string, error: unknown) => void;
}

export interface ControlServer {
  /** Is the socket file still the one we bind? Someone may have removed it. */
  isListed(): boolean;
  /** Binds the path again, after its file was lost. */
  relisten(): Promise<void>;
  /** Stops accepting, waits for calls in flight up to `drainMs`, then ends every connection. */
  close(drainMs: number): Promise<void>;
}

/** More calls than this at once on one connection is not a person. */
const MAX_CALLS_IN_FLIGHT = 256;
/** What any protocol version may ask of any other. */
const TIMELESS = new Set<MethodName>(["daemon.status", "daemon.stop"]);

export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const connections = new Set<Connection>();
  let lastId = 0;
  const accept = (socket: Socket): void => {
    const connection = new Connection(++lastId, socket, options);
    connections.add(connection);
    connection.onClosed(() => connections.delete(connection));
  };
  let server = await listen(options, accept);
  let inode = inodeOf(options.socketPath);
  return {
    isListed: () => inode === null || inodeOf(options.socketPath) === inode,
    async relisten() {
      server.close();
      server = await listen(options, accept);
      inode = inodeOf(options.socketPath);
    },
    async close(drainMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...connections].map((connection) => connection.drain(drainMs)));
      await closed;
    },
  };
}

function listen({ socketPath, groupId }: ControlServerOptions, accept: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(accept);
    // The mode is right from the first moment under umask 077 in a 0700 directory; chmod only states it.
    server.once("error", reject);
    server.listen(socketPath, () => {
      server.removeListener("error", reject);
      server.on("error", () => undefined);
      try {
        if (groupId !== undefined) chownSync(socketPath, -1, groupId);
        if (process.platform !== "win32") chmodSync(socketPath, groupId === undefined ? 0o600 : 0o660);
        resolve(server);
      } catch (error) {
        server.close();
        reject(error);
      }
    });
  });
}

function inodeOf(path: string): number | null {
  try {
    return process.platform === "win32" ? null : statSync(path).ino;
  } catch {
    return -1;
  }
}

class Connection implements Session {
  readonly id: number;
  readonly #socket: Socket;
  readonly #options: ControlServerOptions;
  readonly #lines = new LineReader();
  readonly #endings: (() => void)[] = [];
  #hello: ClientHello | null = null;
  #inFlight = 0;
  #isClosed = false;
  #onIdle: (() => void) | null = null;

  constructor(id: number, socket: Socket, options: ControlServerOptions) {
    this.id = id;
    this.#socket = socket;
    this.#options = options;
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    socket.on("error", () => undefined);
    socket.once("close", () => this.#onClose());
  }

  onClosed(action: () => void): void {
    if (this.#isClosed) action();
    else this.#endings.push(action);
  }

  async drain(drainMs: number): Promise<void> {
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, drainMs);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    // All that was read has its answer: what arrives from now on was not taken, and may be asked of the daemon that comes next.
    if (this.#inFlight === 0 && this.#hello !== null) this.#send({ id: null, error: stopping().toBody() });
    // end() flushes the last answer; destroy() follows for a peer that does not read it.
    await new Promise<void>((resolve) => {
      if (this.#isClosed) return resolve();
      const timer = setTimeout(() => this.#socket.destroy(), 200);
      this.#socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      this.#socket.end();
    });
  }

  #onData(chunk: Buffer): void {
    let lines: string[];
    try {
      lines = this.#lines.push(chunk);
    } catch (error) {
      return this.#refuse(toKeywardError(error));
    }
    for (const line of lines) if (!this.#socket.writableEnded) this.#onLine(line);
  }

  #onLine(line: string): void {
    const message = decodeLine(line);
    if (this.#hello === null) return this.#onHello(message);
    if (message === null) return this.#send({ id: null, error: notJson().toBody() });
    const { id, method, params } = message;
    if (typeof id !== "number" && typeof id !== "string") return this.#send({ id: null, error: noId().toBody() });
    if (this.#inFlight >= MAX_CALLS_IN_FLIGHT) return this.#send({ id, error: tooMany().toBody() });
    void this.#call(id, method, params);
  }

  #onHello(message: Readonly<Record<string, unknown>> | null): void {
    this.#hello = message === null ? null : readClientHello(message);
    if (this.#hello === null) return this.#refuse(new KeywardError("DAEMON_PROTOCOL", "the first line must be a hello"));
    this.#send({ hello: this.#options.greet(this.#hello) });
  }

  async #call(id: number | string, method: unknown, params: unknown): Promise<void> {
    this.#inFlight++;
    this.#options.onCall(1);
    try {
      this.#send({ id, result: await this.#dispatch(method, params) });
    } catch (error) {
      this.#send({ id, error: this.#errorBody(String(method), error) });
    } finally {
      this.#inFlight--;
      this.#options.onCall(-1);
      if (this.#inFlight === 0) this.#onIdle?.();
    }
  }

  #dispatch(method: unknown, params: unknown): unknown {
    if (!isMethod(method)) throw new KeywardError("DAEMON_PROTOCOL", "the daemon has no such method", { hint: "keyward daemon restart" });
    if (this.#hello?.protocol !== PROTOCOL_VERSION && !TIMELESS.has(method)) throw otherProtocol(this.#hello);
    const call = this.#options.methods[method] as ((params: unknown, session: Session) => unknown) | undefined;
    if (call === undefined) throw new KeywardError("RUN_SOCKET_REFUSED", `${method} is not done over this socket`);
    return call(checkParams(method, params ?? {}), this);
  }

  #errorBody(method: string, error: unknown): ErrorBody {
    const known = toKeywardError(error);
    if (known.code === "INTERNAL") this.#options.onBug(method.slice(0, 64), error);
    return known.toBody();
  }

  #send(message: object): void {
    if (this.#isClosed || this.#socket.writableEnded) return;
    try {
      this.#socket.write(encodeLine(message));
    } catch (error) {
      const id = (message as { id?: unknown }).id ?? null;
      this.#socket.write(encodeLine({ id, error: toKeywardError(error).toBody() }));
    }
  }

  #refuse(error: KeywardError): void {
    this.#socket.end(encodeLine({ id: null, error: error.toBody() }));
    this.#socket.removeAllListeners("data");
    this.#socket.resume();
    // A peer that goes on sending after its refusal is cut off.
    setTimeout(() => this.#socket.destroy(), 1_000).unref();
  }

  #onClose(): void {
    this.#isClosed = true;
    this.#onIdle?.();
    for (const action of this.#endings.splice(0)) {
      try {
        action();
      } catch (error) {
        this.#options.onBug("session end", error);
      }
    }
  }
}

function stopping(): KeywardError {
  return new KeywardError("DAEMON_GONE", "the daemon is stopping and takes no more calls", { hint: "the same again" });
}

function notJson(): KeywardError {
  return new KeywardError("DAEMON_PROTOCOL", "the line is not a JSON object");
}

function noId(): KeywardError {
  return new KeywardError("DAEMON_PROTOCOL", "the message has no id");
}

function tooMany(): KeywardError {
  return new KeywardError("DAEMON_PROTOCOL", `more than ${MAX_CALLS_IN_FLIGHT} calls at once on one connection`);
}

function otherProtocol(hello: ClientHello | null): KeywardError {
  const message = `the command speaks protocol ${hello?.protocol ?? "unknown"}, the daemon speaks ${PROTOCOL_VERSION}`;
  return new KeywardError("DAEMON_PROTOCOL", message, { hint: "keyward daemon restart" });
}
