// HTTP/2 sessions to upstreams by (run, connection, origin): many streams on one connection, never two owners on one.
// In: a key and an authority. Out: a session with room for a stream, or the HTTP/1.1 connection that the upstream chose instead.
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import type { TLSSocket } from "node:tls";
import type { Way } from "../../release/may-release.ts";
import { formatAuthority } from "../../../core/host.ts";
import { HTTP2_OR_1 } from "../alpn.ts";
import type { DiallerOf } from "../dial.ts";
import { type Opened, openOrigin, originKey, type Target } from "../origin.ts";

/** What the upstream speaks. `ready`: a verified connection that is already there, for HTTP/1.1. */
export type Negotiated =
  | {
      readonly protocol: "h2";
      readonly session: ClientHttp2Session;
      readonly way: Way;
      /** The stream has ended. */ readonly letGo: () => void;
    }
  | { readonly protocol: "http/1.1"; readonly ready: Opened | undefined };

const IDLE_MS = 60_000;
/** An upstream without HTTP/2 is asked again after this. */
const RETRY_HTTP2_MS = 600_000;
/** Window sizes let one stream carry a large body at full speed (reference: node's default of 64 KiB stalls on any latency). */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024;

/** As much as is read of an HTTP/1.1 answer's head; node's own limits of 64 KiB and 128 fields come sooner. */
const MAX_HEAD_BYTES = 128 * 1024;
const MAX_FIELDS = MAX_HEAD_BYTES / 32;

export class Http2Sessions {
  readonly #sessions = new Map<string, ClientHttp2Session[]>();
  readonly #ways = new WeakMap<ClientHttp2Session, Way>();
  readonly #streams = new WeakMap<ClientHttp2Session, number>();
  /** Sessions whose peer has not said yet how many streams it allows, and when it will have. */
  readonly #unsettled = new WeakMap<ClientHttp2Session, Promise<unknown>>();
  readonly #opening = new Map<string, Promise<Negotiated>>();
  readonly #http1Since = new Map<string, number>();
  /** Origins that have no HTTP/1.1, by run. */
  readonly #alone = new Set<string>();
  readonly #dialler: DiallerOf;

  constructor(dialler: DiallerOf) {
    this.#dialler = dialler;
  }

  /** @throws TARGET_FORBIDDEN, UPSTREAM_* */
  async negotiate(owner: string, target: Target): Promise<Negotiated> {
    const key = originKey(owner, target);
    if (!this.isAlone(target) && Date.now() - (this.#http1Since.get(key) ?? 0) < RETRY_HTTP2_MS)
      return { protocol: "http/1.1", ready: undefined };
    const session = this.#withRoom(key);
    if (session !== undefined) return this.#take(session);
    const unsettled = this.#sessions.get(key)?.find((one) => this.#unsettled.has(one));
    if (unsettled !== undefined) {
      await this.#unsettled.get(unsettled);
      return this.negotiate(owner, target);
    }
    const opening = this.#opening.get(key);
    if (opening !== undefined) {
      const { protocol } = await opening;
      return protocol === "h2" ? this.negotiate(owner, target) : { protocol, ready: undefined };
    }
    const fresh = this.#open(key, owner, target);
    this.#opening.set(key, fresh);
    try {
      return await fresh;
    } finally {
      this.#opening.delete(key);
    }
  }

  /** The upstream has no HTTP/1.1: it is asked for HTTP/2 from now on, whatever the client speaks. */
  noteAlone(target: Target): void {
    this.#alone.add(originKey(target.runId, target));
  }

  isAlone(target: Target): boolean {
    return this.#alone.size > 0 && this.#alone.has(originKey(target.runId, target));
  }

  endOwner(prefix: string): void {
    for (const key of this.#alone) if (key.startsWith(prefix)) this.#alone.delete(key);
    for (const [key, sessions] of this.#sessions) if (key.startsWith(prefix)) for (const session of sessions) session.close();
    for (const key of this.#http1Since.keys()) if (key.startsWith(prefix)) this.#http1Since.delete(key);
  }

  close(): void {
    for (const sessions of this.#sessions.values()) for (const session of sessions) session.destroy();
    this.#sessions.clear();
  }

  /** Counts a stream from its promise to its end, so that a session is never asked for more than its peer allows. */
  #take(session: ClientHttp2Session): Negotiated {
    this.#streams.set(session, (this.#streams.get(session) ?? 0) + 1);
    const letGo = (): void => void this.#streams.set(session, (this.#streams.get(session) ?? 1) - 1);
    return { protocol: "h2", session, way: this.#ways.get(session) as Way, letGo };
  }

  #withRoom(key: string): ClientHttp2Session | undefined {
    return this.#sessions.get(key)?.find((session) => {
      // One is always allowed; who asks for more before the peer has spoken may be refused.
      const limit = this.#unsettled.has(session) ? 1 : (session.remoteSettings?.maxConcurrentStreams ?? 100);
      return !session.closed && !session.destroyed && (this.#streams.get(session) ?? 0) < limit;
    });
  }

  async #open(key: string, owner: string, target: Target): Promise<Negotiated> {
    const dialler = this.#dialler(target.runId);
    const { authority } = target;
    const opened = await openOrigin(target, { owner, dialler, protocols: HTTP2_OR_1 });
    const socket = opened.socket as TLSSocket;
    if (socket.alpnProtocol !== "h2") {
      this.#http1Since.set(key, Date.now());
      return { protocol: "http/1.1", ready: opened };
    }
    // The socket may be half open, a session never is: without this, one whose upstream hung up would be used, and wait, for ever.
    socket.once("end", () => socket.destroy());
    const session = connectHttp2(`https://${formatAuthority(authority, -1)}`, {
      createConnection: () => socket,
      settings: { initialWindowSize: STREAM_WINDOW_BYTES, enablePush: false, maxHeaderListSize: MAX_HEAD_BYTES },
      maxHeaderListPairs: MAX_FIELDS,
    });
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    this.#ways.set(session, opened.way);
    this.#keep(key, session);
    return this.#take(session);
  }

  #keep(key: string, session: ClientHttp2Session): void {
    const list = this.#sessions.get(key) ?? [];
    this.#sessions.set(key, list);
    list.push(session);
    const settled = new Promise((resolve) => void session.once("remoteSettings", resolve).once("close", resolve));
    this.#unsettled.set(session, settled);
    void settled.then(() => this.#unsettled.delete(session));
    const drop = (): void => {
      const at = list.indexOf(session);
      if (at >= 0) list.splice(at, 1);
      if (list.length === 0 && this.#sessions.get(key) === list) this.#sessions.delete(key);
    };
    // After GOAWAY the streams under way go on, new ones need another session.
    session.on("goaway", drop);
    session.on("close", drop);
    session.on("error", drop);
    session.setTimeout(IDLE_MS, () => session.close());
    session.unref();
  }
}
