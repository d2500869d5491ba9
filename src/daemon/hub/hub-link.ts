// The link between a profile and a hub: who is logged in, as which device, and what the daemon last heard. Kept in the encrypted profile.
// In: the profile's store. Out: the link, or null. Everything is keyed by the hub's origin: what belongs to one hub is never sent to another.
import type { SecretScope } from "../../core/vault/words.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";

export interface HubLink {
  /** Origins of one hub. */
  readonly urls: readonly [string, ...string[]];
  /** A person's login. */
  readonly session: HubSession | null;
  /** An API token that was stored instead of a login. */
  readonly token: string | null;
  readonly user: { readonly id: string; readonly email: string } | null;
  readonly tenant: { readonly id: string; readonly name: string };
  readonly workspace: { readonly id: string; readonly slug: string; readonly name: string } | null;
  readonly device: HubDevice | null;
}

export interface HubSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAtMs: number;
  readonly scopes: readonly string[];
  readonly sessionId: string;
}

/** What the daemon syncs as: an enrolled device, or a stored API token with a key of the daemon's own. */
export interface HubDevice {
  /** "" for an API token, which is no device at the hub. */
  readonly id: string;
  readonly token: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** What the daemon has of the hub's, and how old it is. */
export interface HubCache {
  readonly rev: number;
  readonly lastContactMs: number;
  readonly maxOfflineMs: number;
  /** Secret id → its value and version. */
  readonly secrets: Readonly<Record<string, CachedSecret>>;
  /** The hub's connection id → what it became here. */
  readonly connections: Readonly<Record<string, CachedConnection>>;
  /** Definitions of the tenant's own, by id. */
  readonly providers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Names (`provider/name`) that a sync was about to store when this was written: if it was broken off, they are the hub's too. */
  readonly storing: readonly string[];
  /** Why the hub no longer gives anything: the device was revoked, the person left. */
  readonly endedBecause: string | null;
}

export interface CachedSecret {
  readonly name: string;
  readonly scope: SecretScope;
  readonly version: number;
  readonly value: string;
}

export interface CachedConnection {
  readonly provider: string;
  readonly name: string;
  readonly secretId: string | null;
  readonly origins: readonly string[];
  readonly scope: string;
  /** The version of the secret that is stored in the connection here; null: not stored. */
  readonly storedVersion: number | null;
  /** The id of that connection here: once the user puts a key of their own in its place, it is another. */
  readonly storedId: string | null;
  /** Why it is not used here, or null. */
  readonly skipped: string | null;
}

export const EMPTY_CACHE: HubCache = {
  rev: 0,
  lastContactMs: 0,
  maxOfflineMs: 0,
  secrets: {},
  connections: {},
  providers: {},
  storing: [],
  endedBecause: null,
};

const LINK = "hub.link";
const CACHE = "hub.cache";
const LAST = "hub.last";

export function readLink({ store }: UnlockedProfile): HubLink | null {
  return parse(store.readFact(LINK)) as HubLink | null;
}

export function writeLink({ store }: UnlockedProfile, link: HubLink | null): void {
  store.writeFact(LINK, link === null ? "" : JSON.stringify(link));
}

/** Where this profile was logged in last; survives a logout. */
export function readLastUrls({ store }: UnlockedProfile): readonly string[] {
  return (parse(store.readFact(LAST)) as readonly string[] | null) ?? [];
}

export function writeLastUrls({ store }: UnlockedProfile, urls: readonly string[]): void {
  store.writeFact(LAST, JSON.stringify(urls));
}

export function readCache({ store }: UnlockedProfile): HubCache {
  return { ...EMPTY_CACHE, ...(parse(store.readFact(CACHE)) as HubCache | null) };
}

export function writeCache({ store }: UnlockedProfile, cache: HubCache): void {
  store.writeFact(CACHE, JSON.stringify(cache));
}

/** Which workspace a call is about: the one this profile works in, wherever the login began. */
export function workspaceHeader({ workspace }: HubLink): Readonly<Record<string, string>> {
  return workspace === null ? {} : { "x-keyward-workspace": workspace.id };
}

/** A device's key is known to the hub; an API token brings it along. */
export function receiverHeader({ id, publicKey }: HubDevice): Readonly<Record<string, string>> {
  return id === "" ? { "x-keyward-public-key": publicKey } : {};
}

function parse(text: string | null): unknown {
  return text === null || text === "" ? null : (JSON.parse(text) as unknown);
}
