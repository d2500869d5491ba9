// Upstream connections by (run, connection, origin): a last-in-first-out list of undici Clients, one socket each.
// One request at a time per socket, so nothing of one run or connection ever meets another's.
// In: a key and an authority. Out: a Client to dispatch on, given back when its request has ended.
import { Client } from "undici";
import { toKeywardError } from "../../core/errors.ts";
import { type Authority, formatAuthority } from "../../core/host.ts";
import type { Tunnel } from "../../core/exchange.ts";
import { dial, type Dialler } from "./dial.ts";
import { secureUpstream } from "./secure.ts";

/** Some providers drop idle sockets after 20 s; closing first avoids most dead connections. */
const IDLE_MS = 15_000;
const MAX_RESPONSE_HEAD_BYTES = 128 * 1024;

export interface PooledClient {
  readonly client: Client;
  /** Requests this client has finished before: a first failure on a used socket may be a dead idle connection. */
  usedCount: number;
}

export class OriginPool {
  readonly #idle = new Map<string, PooledClient[]>();
  readonly #all = new Set<Client>();
  readonly #dialler: () => Dialler;

  constructor(dialler: () => Dialler) {
    this.#dialler = dialler;
  }

  /** `owner` names run and connection. */
  acquire(owner: string, target: Pick<Tunnel, "authority" | "scheme">, isFresh = false): PooledClient {
    const pooled = isFresh ? undefined : this.#idle.get(keyOf(owner, target))?.pop();
    return pooled ?? { client: this.#open(target), usedCount: 0 };
  }

  release(owner: string, target: Pick<Tunnel, "authority" | "scheme">, pooled: PooledClient): void {
    if (pooled.client.destroyed || pooled.client.closed) return;
    pooled.usedCount += 1;
    const key = keyOf(owner, target);
    const list = this.#idle.get(key) ?? [];
    if (list.length === 0) this.#idle.set(key, list);
    list.push(pooled);
    pooled.client.once("disconnect", () => this.#drop(key, pooled));
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

  #open(target: Pick<Tunnel, "authority" | "scheme">): Client {
    const { authority, scheme } = target;
    const client = new Client(`${scheme}://${formatAuthority(authority, -1)}`, {
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_RESPONSE_HEAD_BYTES,
      strictContentLength: true,
      connect: (_options, done) => {
        openUpstream(authority, scheme, this.#dialler()).then(
          (socket) => done(null, socket),
          (error: unknown) => done(toKeywardError(error), null),
        );
      },
    });
    this.#all.add(client);
    return client;
  }
}

async function openUpstream(authority: Authority, scheme: Tunnel["scheme"], dialler: Dialler) {
  const socket = await dial(authority, dialler);
  return scheme === "https" ? secureUpstream(socket, authority, dialler.settings.roots) : socket;
}

function keyOf(owner: string, target: Pick<Tunnel, "authority" | "scheme">): string {
  return `${owner} ${target.scheme} ${formatAuthority(target.authority, -1)}`;
}
