// The runs of a gateway: each run token of the hub is one, with the connections and secrets the hub gives for it, kept near the hub by a long poll.
// In: tokens as they come in. Out: what each may use now. Nothing is written to a disk; a token nobody uses is forgotten.
import { createHash } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { KeywardError } from "../../core/errors.ts";
import { type HubClient, toHubFailure } from "../../hub/client/hub-client.ts";
import { type DeviceKeyPair, newDeviceKeyPair, openSealed } from "../../hub/keys/seal-to-device.ts";
import { kindOf, type TokenKind } from "../../core/shapes/hub-token.ts";
import { readSyncAnswer, type SyncAnswer, type SyncedConnection, type SyncedDefinition } from "../hub/shared/sync-answer.ts";

export interface TokenRun {
  /** `run_` and a digest of the token: what logs and the audit call it. */
  readonly id: string;
  readonly connections: readonly SharedConnection[];
  /** Definitions of the tenant's own. */
  readonly definitions: Readonly<Record<string, SyncedDefinition["definition"]>>;
  /** Grows with every change. */
  readonly revision: number;
  /** When the hub last vouched for the token, by the clock that nobody sets. */
  readonly contactSteadyMs: number;
  readonly maxOfflineMs: number;
}

export interface SharedConnection extends SyncedConnection {
  readonly version: number;
  /** The secret as it is kept at the hub. */
  readonly value: string;
}

export interface TokenRunsParts {
  readonly client: HubClient;
  readonly clock: Clock;
  readonly steadyMs: () => number;
  /** Kinds of token that count; a run token alone unless said. */
  readonly kinds?: readonly TokenKind[];
  /** Not used for so long, a token is asked about anew. */
  readonly idleMs?: number;
  /** X-Keyward-Workspace of every question. */
  readonly workspace?: string;
  /** What it lends is another from now on. */
  readonly onChange?: () => void;
  /** Its connections are cut at once. */
  readonly onEnd: (runId: string) => void;
  readonly log: (event: string, detail: Readonly<Record<string, unknown>>) => void;
}

interface Held {
  run: TokenRun;
  readonly token: string;
  readonly keys: DeviceKeyPair;
  readonly secrets: Map<string, { readonly version: number; readonly value: string }>;
  readonly connections: Map<string, SyncedConnection>;
  readonly ending: AbortController;
  /** Ends it on the second: the poll may be held for longer. */
  expiry?: NodeJS.Timeout;
  rev: number;
  usedSteadyMs: number;
}

const WAIT_S = 25;
const POLL_TIMEOUT_MS = 40_000;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;
const IDLE_MS = 15 * 60_000;
/** A token that was refused is not asked about again for so long. */
const REFUSED_MS = 5_000;
/** Two polls: not reached for so long is not away yet. */
const FRESH_MS = 2 * 60_000;
const MAX_REFUSED = 10_000;
/** What setTimeout takes. A token that lives longer is asked about many times before. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export class TokenRuns {
  readonly #parts: TokenRunsParts;
  readonly #held = new Map<string, Held>();
  readonly #asking = new Map<string, Promise<boolean>>();
  #isClosed = false;
  readonly #refused = new Map<string, { readonly atMs: number; readonly why: KeywardError }>();

  constructor(parts: TokenRunsParts) {
    this.#parts = parts;
  }

  /** Whether the token is good. The hub is asked once for all who wait. @throws HUB_UNREACHABLE and what a hub in trouble says */
  async admit(token: string): Promise<boolean> {
    // What no hub gave out costs no request.
    const kind = kindOf(token);
    if (kind === null || !(this.#parts.kinds ?? ["run"]).includes(kind)) return false;
    const id = runIdOf(token);
    if (this.#held.has(id)) return true;
    if (this.#parts.steadyMs() - (this.#refused.get(id)?.atMs ?? -Infinity) < REFUSED_MS) return false;
    const asking = this.#asking.get(id) ?? this.#begin(id, token).finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    return await asking;
  }

  /** Why the hub did not admit the token when it was asked last. */
  refusalOf(token: string): KeywardError | null {
    return this.#refused.get(runIdOf(token))?.why ?? null;
  }

  knows(credentialId: string): boolean {
    return this.#holders(credentialId).length > 0;
  }

  #holders(credentialId: string): readonly Held[] {
    return [...this.#held.values()].filter(({ run }) => run.connections.some(({ id, version }) => `${id}.${version}` === credentialId));
  }

  /** The run of a token that was admitted, or null. */
  find(token: string): TokenRun | null {
    const held = this.#held.get(runIdOf(token));
    if (held === undefined) return null;
    held.usedSteadyMs = this.#parts.steadyMs();
    return held.run;
  }

  byId(runId: string): TokenRun | null {
    return this.#held.get(runId)?.run ?? null;
  }

  /** @throws HUB_STALE when no token that has the connection was vouched for within what its tenant allows */
  requireFresh(credentialId: string): void {
    const nowMs = this.#parts.steadyMs();
    if (this.#holders(credentialId).some(({ run }) => nowMs - run.contactSteadyMs <= Math.max(run.maxOfflineMs, FRESH_MS))) return;
    throw new KeywardError("HUB_STALE", "the hub was not reached for longer than its policy allows", {
      hint: "look at the hub and try again",
    });
  }

  get count(): number {
    return this.#held.size;
  }

  /** For good: what the hub is still being asked about is not held any more. */
  close(): void {
    this.#isClosed = true;
    for (const id of this.#held.keys()) this.#end(id);
  }

  async #begin(id: string, token: string): Promise<boolean> {
    const keys = newDeviceKeyPair();
    const steadyMs = this.#parts.steadyMs();
    const run: TokenRun = { id, connections: [], definitions: {}, revision: 0, contactSteadyMs: steadyMs, maxOfflineMs: 0 };
    const held: Held = {
      run,
      token,
      keys,
      secrets: new Map(),
      connections: new Map(),
      ending: new AbortController(),
      rev: 0,
      usedSteadyMs: steadyMs,
    };
    const why = await this.#pull(held, 0);
    if (why !== null) {
      if (this.#refused.size >= MAX_REFUSED) this.#refused.clear();
      this.#refused.set(id, { atMs: this.#parts.steadyMs(), why });
      return false;
    }
    if (this.#isClosed) {
      clearTimeout(held.expiry);
      return false;
    }
    this.#held.set(id, held);
    void this.#poll(held);
    return true;
  }

  async #poll(held: Held): Promise<void> {
    const { signal } = held.ending;
    let [pauseMs, waitS] = [FIRST_PAUSE_MS, WAIT_S];
    while (!signal.aborted) {
      if (this.#parts.steadyMs() - held.usedSteadyMs > (this.#parts.idleMs ?? IDLE_MS)) return this.#end(held.run.id);
      try {
        const { revision } = held.run;
        if ((await this.#pull(held, waitS)) !== null) return this.#end(held.run.id);
        if (held.run.revision !== revision) this.#parts.onChange?.();
        [pauseMs, waitS] = [FIRST_PAUSE_MS, WAIT_S];
      } catch (error) {
        if (signal.aborted) return;
        // That the hub is there again counts at once, also when it has nothing new.
        waitS = 0;
        this.#parts.log("hub not reached", { run: held.run.id, code: error instanceof KeywardError ? error.code : "unknown" });
        await pause(pauseMs * (0.5 + Math.random()), signal);
        pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
      }
    }
  }

  /** Why the hub refuses the token, or null. @throws HUB_* when the hub cannot be asked */
  async #pull(held: Held, waitS: number): Promise<KeywardError | null> {
    const { workspace } = this.#parts;
    const answer = await this.#parts.client.send({
      method: "GET",
      path: `/v1/sync?after=${held.rev}&wait=${waitS}`,
      token: held.token,
      headers: { "x-keyward-public-key": held.keys.publicKey, ...(workspace === undefined ? {} : { "x-keyward-workspace": workspace }) },
      timeoutMs: POLL_TIMEOUT_MS,
      signal: held.ending.signal,
    });
    if (answer.status === 401 || answer.status === 403) return toHubFailure(answer);
    if (answer.status !== 200 && answer.status !== 304) throw toHubFailure(answer);
    if (answer.status === 200) {
      const news = readSyncAnswer(answer.body);
      take(held, news);
      this.#expire(held, news);
    }
    held.run = { ...held.run, contactSteadyMs: this.#parts.steadyMs() };
    return null;
  }

  /** By the hub's clock: what is left is the same by every other. */
  #expire(held: Held, { expires_at: expiresAt, server_time: serverTime }: SyncAnswer): void {
    clearTimeout(held.expiry);
    const nowS = serverTime ?? this.#parts.clock.nowMs() / 1_000;
    if (typeof expiresAt !== "number") return;
    const leftMs = Math.min(Math.max(0, (expiresAt - nowS) * 1_000), MAX_TIMER_MS);
    held.expiry = setTimeout(() => this.#end(held.run.id), leftMs).unref();
  }

  #end(id: string): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    held.ending.abort();
    clearTimeout(held.expiry);
    this.#held.delete(id);
    this.#parts.onEnd(id);
  }
}

function take(held: Held, answer: SyncAnswer): void {
  if (answer.is_full) {
    held.secrets.clear();
    held.connections.clear();
  }
  for (const id of answer.gone.secrets) held.secrets.delete(id);
  for (const id of answer.gone.connections) held.connections.delete(id);
  for (const { id, version, sealed } of answer.secrets) {
    held.secrets.set(id, { version, value: openSealed(held.keys, sealed, `${id}|${version}`).toString() });
  }
  for (const connection of answer.connections) held.connections.set(connection.id, connection);
  held.rev = answer.rev;
  const connections: SharedConnection[] = [];
  for (const connection of held.connections.values()) {
    const secret = connection.secret_id === null ? undefined : held.secrets.get(connection.secret_id);
    if (secret !== undefined) connections.push({ ...connection, ...secret });
  }
  const { run } = held;
  const definitions = answer.is_full ? {} : { ...run.definitions };
  for (const id of answer.gone.providers) delete definitions[id];
  for (const { id, definition } of answer.providers) definitions[id] = definition;
  const maxOfflineMs = answer.policy.max_offline_seconds * 1_000;
  held.run = { ...run, connections, definitions, revision: run.revision + 1, maxOfflineMs };
}

export function runIdOf(token: string): string {
  return `run_${createHash("sha256").update(token).digest("hex").slice(0, 20)}`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
