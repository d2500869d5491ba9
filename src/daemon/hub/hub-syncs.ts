// Keeps the cache of every linked profile near its hub: one long poll each, and a word on whether what is cached may still be used.
// In: open profiles. Out: their caches, and `requireFresh` for the path of a request, which never waits for the hub.
import type { Clock } from "../../core/clock.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import type { ConnectionRef } from "../../core/connection.ts";
import { toHubFailure } from "../../hub/client/hub-client.ts";
import type { Definitions } from "../definitions/definitions.ts";
import type { DaemonLog } from "../log.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { applySync, isOurs, wipeHub } from "./apply-sync.ts";
import {
  EMPTY_CACHE,
  type HubCache,
  type HubLink,
  readCache,
  readLink,
  receiverHeader,
  workspaceHeader,
  writeCache,
  writeLink,
} from "./hub-link.ts";
import type { HubSessions } from "./hub-session.ts";
import { readSyncAnswer } from "./shared/sync-answer.ts";
import { takeDefinitions } from "./shared/take-definitions.ts";

export interface HubSyncsParts {
  readonly clock: Clock;
  readonly steadyMs: () => number;
  readonly definitions: Definitions;
  readonly sessions: HubSessions;
  readonly log: DaemonLog;
}

export type Freshness = "fresh" | "stale" | "denied";

const WAIT_S = 25;
const POLL_TIMEOUT_MS = 40_000;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;
/** Two polls without a word: still used, and said to be stale. */
const FRESH_MS = 2 * 60_000;
/** Contacts are noted on disk this often when nothing changed. */
const NOTE_EVERY_MS = 60_000;
/** A wall clock this far behind the last contact was set back. */
const BACKWARDS_MS = 60_000;

interface Watch {
  readonly profile: UnlockedProfile;
  readonly ending: AbortController;
  cache: HubCache;
  /** By the clock that nobody sets; null: no contact since this daemon started. */
  contactSteadyMs: number | null;
  notedMs: number;
}

export class HubSyncs {
  readonly #parts: HubSyncsParts;
  readonly #watches = new Map<string, Watch>();
  #isClosed = false;

  constructor(parts: HubSyncsParts) {
    this.#parts = parts;
  }

  /** A profile was opened or linked: its hub is watched from now on. Without a link, nothing. */
  watch(profile: UnlockedProfile): void {
    this.unwatch(profile.name);
    const link = readLink(profile);
    if (link === null || this.#isClosed) return;
    const watch: Watch = { profile, ending: new AbortController(), cache: readCache(profile), contactSteadyMs: null, notedMs: 0 };
    this.#watches.set(profile.name, watch);
    this.#parts.definitions.share(profile.name, takeDefinitions(watch.cache.providers));
    if (link.device !== null) void this.#poll(watch);
  }

  unwatch(name: string): void {
    this.#watches.get(name)?.ending.abort();
    if (this.#watches.delete(name)) this.#parts.definitions.share(name, []);
  }

  /** For good: whoever still asks finds nothing that would outlive the daemon. */
  close(): void {
    this.#isClosed = true;
    for (const name of this.#watches.keys()) this.unwatch(name);
  }

  /** One pull at once. @throws HUB_*, when the hub cannot be reached or refuses */
  async pull(profile: UnlockedProfile): Promise<HubCache> {
    if (!this.#watches.has(profile.name)) this.watch(profile);
    const watch = this.#watches.get(profile.name);
    if (watch === undefined)
      throw new KeywardError("HUB_LOGIN_REQUIRED", "this profile is linked to no hub", { hint: "keyward auth login" });
    await this.#pullOnce(watch, 0);
    return watch.cache;
  }

  cacheOf(profile: UnlockedProfile): HubCache {
    return this.#watches.get(profile.name)?.cache ?? readCache(profile);
  }

  /** Whether the connection came from a hub. */
  isShared(profile: UnlockedProfile, ref: ConnectionRef): boolean {
    const { connections } = this.cacheOf(profile);
    return Object.values(connections).some((each) => each.provider === ref.provider && each.name === ref.name && isOurs(profile, each));
  }

  /** The value of a shared secret, from memory; null when the hub shares none of this id. @throws HUB_STALE */
  secretOf(profile: UnlockedProfile, id: string): string | null {
    const secret = this.cacheOf(profile).secrets[id];
    if (secret === undefined) return null;
    if (this.freshness(profile) === "denied") throw this.#stale(profile);
    return secret.value;
  }

  /**
   * Before a value that the hub shares is shown or copied: using it is one thing, seeing it another, and the hub decides that and writes it down.
   * @throws HUB_FORBIDDEN, HUB_LOGIN_REQUIRED, HUB_UNREACHABLE
   */
  async requireAccess(profile: UnlockedProfile, ref: ConnectionRef): Promise<void> {
    const { connections } = this.cacheOf(profile);
    const shared = Object.values(connections).find((each) => each.provider === ref.provider && each.name === ref.name);
    if (shared !== undefined && isOurs(profile, shared)) await this.#askFor(profile, shared.secretId ?? "");
  }

  /** The same for secrets of the vault, by their references; what is no hub's is nobody's business. */
  async requireAccessTo(profile: UnlockedProfile, references: readonly (string | null)[]): Promise<void> {
    for (const reference of references)
      if (reference?.startsWith("hub:") === true) await this.#askFor(profile, reference.slice("hub:".length));
  }

  async #askFor(profile: UnlockedProfile, secretId: string): Promise<void> {
    await this.#parts.sessions.call(profile, { method: "POST", path: `/v1/secrets/${secretId}:access`, body: {} });
  }

  freshness(profile: UnlockedProfile): Freshness {
    const watch = this.#watches.get(profile.name);
    const { lastContactMs, maxOfflineMs } = this.cacheOf(profile);
    const wallMs = this.#parts.clock.nowMs() - lastContactMs;
    const contactSteadyMs = watch?.contactSteadyMs ?? null;
    const steadyMs = contactSteadyMs === null ? null : this.#parts.steadyMs() - contactSteadyMs;
    const ageMs = Math.max(wallMs, steadyMs ?? 0);
    if (steadyMs === null && wallMs < -BACKWARDS_MS) return "denied";
    if (ageMs <= FRESH_MS) return "fresh";
    return ageMs <= maxOfflineMs ? "stale" : "denied";
  }

  /** On the path of a request: looks at memory only. @throws HUB_STALE for a shared connection that the policy no longer allows */
  requireFresh(profile: UnlockedProfile, ref: ConnectionRef): void {
    if (!this.#watches.has(profile.name) || !this.isShared(profile, ref) || this.freshness(profile) !== "denied") return;
    throw this.#stale(profile);
  }

  #stale(profile: UnlockedProfile): KeywardError {
    const [url] = readLink(profile)?.urls ?? ["the hub"];
    const since = new Date(this.cacheOf(profile).lastContactMs).toISOString();
    return new KeywardError("HUB_STALE", `${url} was last reached at ${since}, longer ago than its policy allows`, {
      hint: "keyward sync",
    });
  }

  async #poll(watch: Watch): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    // Without a wait at first and after a failure: that the hub is there again counts at once, also when it has nothing new.
    let waitS = 0;
    while (!watch.ending.signal.aborted) {
      try {
        await this.#pullOnce(watch, waitS);
        [pauseMs, waitS] = [FIRST_PAUSE_MS, WAIT_S];
      } catch (error) {
        waitS = 0;
        if (watch.ending.signal.aborted || watch.cache.endedBecause !== null) return;
        this.#parts.log.debug("hub not reached", { profile: watch.profile.name, code: toKeywardError(error).code });
        await pause(pauseMs * (0.5 + Math.random()), watch.ending.signal);
        pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
      }
    }
  }

  async #pullOnce(watch: Watch, waitS: number): Promise<void> {
    const link = readLink(watch.profile);
    if (link === null || link.device === null)
      throw new KeywardError("HUB_LOGIN_REQUIRED", "this daemon is not enrolled at the hub", { hint: "keyward auth login" });
    const client = this.#parts.sessions.clientFor(link.urls);
    const { rev } = watch.cache;
    const answer = await client.send({
      method: "GET",
      path: `/v1/sync?after=${rev}&wait=${waitS}`,
      token: link.device.token,
      timeoutMs: POLL_TIMEOUT_MS,
      signal: watch.ending.signal,
      headers: { ...workspaceHeader(link), ...receiverHeader(link.device) },
    });
    if (watch.ending.signal.aborted) return;
    if (answer.status === 401 || answer.status === 403) return this.#end(watch, link, toHubFailure(answer));
    if (answer.status !== 200 && answer.status !== 304) throw toHubFailure(answer);
    const nowMs = this.#parts.clock.nowMs();
    const news = answer.status === 304 ? null : readSyncAnswer(answer.body);
    watch.contactSteadyMs = this.#parts.steadyMs();
    if (news === null) return this.#note(watch, nowMs);
    // Another pull was answered meanwhile with as much or more: this one would bring back what is gone.
    if (watch.cache.rev !== rev && news.rev <= watch.cache.rev) return;
    const into = { profile: watch.profile, definitions: this.#parts.definitions, device: link.device, nowMs };
    watch.cache = applySync(into, watch.cache, news);
    writeCache(watch.profile, watch.cache);
    watch.notedMs = nowMs;
  }

  #note(watch: Watch, nowMs: number): void {
    watch.cache = { ...watch.cache, lastContactMs: nowMs };
    if (nowMs - watch.notedMs < NOTE_EVERY_MS) return;
    watch.notedMs = nowMs;
    writeCache(watch.profile, watch.cache);
  }

  /** The hub refuses this device: nothing of the hub's stays. */
  #end(watch: Watch, link: HubLink, refusal: KeywardError): void {
    wipeHub(watch.profile, watch.cache);
    this.#parts.definitions.share(watch.profile.name, []);
    watch.cache = { ...EMPTY_CACHE, endedBecause: refusal.code };
    writeCache(watch.profile, watch.cache);
    // As it is by now: its session may have been refreshed while the poll waited.
    const now = readLink(watch.profile);
    if (now?.device?.id === link.device?.id && now !== null) writeLink(watch.profile, { ...now, device: null });
    this.#parts.log.warn("the hub refused this device, its connections were removed", { profile: watch.profile.name, code: refusal.code });
    throw refusal;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
