// Upstream connections by (run, connection, origin): a last-in-first-out list of undici Clients, one socket each.
// One request at a time per socket, so nothing of one run or connection ever meets another's.
// In: a key and an authority. Out: a Client to dispatch on, given back when its request has ended.
import type { Socket } from "node:net";
import type { Client } from "undici";
import { toKeywardError } from "../../core/errors.ts";
import type { Tunnel } from "../../core/exchange.ts";
import { formatAuthority } from "../../core/host.ts";
import { dial, type Dialler, type DiallerOf } from "./dial.ts";
import { secureUpstream } from "./secure.ts";

/** Some providers drop idle sockets after 20 s; closing first avoids most dead connections. */
const IDLE_MS = 15_000;
const MAX_RESPONSE_HEAD_BYTES = 128 * 1024;

export type Target = Pick<Tunnel, "runId" | "authority" | "scheme">;

export interface PooledClient {
  readonly client: Client;
  /** Requests this client has finished before: a first failure on a used socket may be a dead idle connection. */
  usedCount: number;
}

export class OriginPool {
  readonly #idle = new Map<string, PooledClient[]>();
  readonly #all = new Set<Client>();
  readonly #dialler: DiallerOf;

  constructor(dialler: DiallerOf) {
    this.#dialler = dialler;
  }

  /** `owner` names run and connection; `ready` is a connected socket to begin with, `isFresh` asks for a new one. */
  async acquire(owner: string, target: Target, options: { readonly isFresh?: boolean; readonly ready?: Socket | undefined } = {}): Promise<PooledClient> {
    const isNew = options.isFresh === true || options.ready !== undefined;
    const pooled = isNew ? undefined : this.#idle.get(originKey(owner, target))?.pop();
    return pooled ?? { client: await this.#open(target, options.ready), usedCount: 0 };
  }

  release(owner: string, target: Target, pooled: PooledClient): void {
    if (pooled.client.destroyed || pooled.client.closed) return;
    const isFirst = pooled.usedCount === 0;
    pooled.usedCount += 1;
    const key = originKey(owner, target);
    const list = this.#idle.get(key) ?? [];
    if (list.length === 0) this.#idle.set(key, list);
    list.push(pooled);
    if (isFirst) pooled.client.on("disconnect", () => this.#drop(key, pooled));
  }

  discard(pooled: PooledClient): void {
    this.#all.delete(pooled.client);
    void pooled.client.destroy().catch(() => undefined);
  }

  /** Closes what a run left idle. */
  endOwner(prefix: string): void {
    for (const [key, list] of this.#idle) {
      if (!key.startsWith(prefix)) continue;
      this.#idle.delete(key);
      for (const pooled of list) this.discard(pooled);
    }
  }

  close(): void {
    this.#idle.clear();
    for (const client of this.#all) void client.destroy().catch(() => undefined);
    this.#all.clear();
  }

  #drop(key: string, pooled: PooledClient): void {
    const list = this.#idle.get(key);
    const at = list?.indexOf(pooled) ?? -1;
    if (list === undefined || at < 0) return;
    list.splice(at, 1);
    if (list.length === 0) this.#idle.delete(key);
    this.discard(pooled);
  }

  /** undici is loaded with the first request that needs it: many daemons never see one. */
  async #open(target: Target, ready: Socket | undefined): Promise<Client> {
    const { Client } = await import("undici");
    let waiting = ready;
    const client = new Client(`${target.scheme}://${formatAuthority(target.authority, -1)}`, {
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_RESPONSE_HEAD_BYTES,
      strictContentLength: true,
      connect: (_options, done) => {
        const socket = waiting;
        waiting = undefined;
        if (socket !== undefined && !socket.destroyed) return void setImmediate(() => done(null, socket));
        openUpstream(target, this.#dialler(target.runId)).then(
          (opened) => done(null, opened),
          (error: unknown) => done(toKeywardError(error), null),
        );
      },
    });
    this.#all.add(client);
    return client;
  }
}

async function openUpstream({ authority, scheme }: Target, dialler: Dialler): Promise<Socket> {
  const socket = await dial(authority, dialler);
  if (scheme === "http") return socket;
  return secureUpstream(socket, authority, { roots: dialler.settings.roots, protocols: ["http/1.1"] });
}

/** Connections are shared within one key only. */
export function originKey(owner: string, target: Target): string {
  return `${owner} ${target.scheme} ${formatAuthority(target.authority, -1)}`;
}
