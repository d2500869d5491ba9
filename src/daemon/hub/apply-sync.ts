// Takes what a hub sent into the profile: its connections become connections here, under the names the team gave them.
// In: the cache and one answer of /v1/sync. Out: the next cache. A connection of the user's own with the same name stays and wins.
import type { ConnectionRef } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import { openSealed } from "../../hub/keys/seal-to-device.ts";
import type { Definitions } from "../definitions/definitions.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { storeChecked } from "../store-connection.ts";
import { type CachedConnection, type HubCache, type HubDevice, readCache, writeCache } from "./hub-link.ts";
import { readFields } from "./shared/secret-fields.ts";
import { placeSecrets } from "./shared/place-secrets.ts";
import type { SyncAnswer } from "./shared/sync-answer.ts";
import { takeDefinitions } from "./shared/take-definitions.ts";
import { takeOrigins } from "./shared/take-origins.ts";

export interface Applying {
  readonly profile: UnlockedProfile;
  readonly definitions: Definitions;
  readonly device: HubDevice;
  readonly nowMs: number;
}

export function applySync(into: Applying, cache: HubCache, answer: SyncAnswer): HubCache {
  const secrets = answer.is_full ? {} : { ...cache.secrets };
  for (const id of answer.gone.secrets) delete secrets[id];
  for (const { id, name, scope, version, sealed } of answer.secrets) {
    secrets[id] = { name, scope, version, value: openSealed(into.device, sealed, `${id}|${version}`).toString() };
  }
  const wanted: Record<string, CachedConnection> = answer.is_full ? {} : { ...cache.connections };
  for (const id of answer.gone.connections) delete wanted[id];
  for (const { id, provider, name, scope, secret_id, origins } of answer.connections) {
    const before = cache.connections[id];
    const stored = { storedVersion: before?.storedVersion ?? null, storedId: before?.storedId ?? null };
    wanted[id] = { provider, name, scope, secretId: secret_id, origins, ...stored, skipped: null };
  }
  const providers = takeProviders(into, cache, answer);
  const interrupted = new Set(cache.storing);
  const mine = new Set(Object.values(cache.connections).flatMap((each) => (isOurs(into.profile, each) ? [nameOf(each)] : [])));
  const free = Object.values(wanted).filter((each) => mine.has(nameOf(each)) || into.profile.find(each) === null);
  writeCache(into.profile, { ...cache, storing: [...interrupted, ...free.map(nameOf)] });
  placeSecrets(into.profile, cache.secrets, secrets);
  const connections = storeNearest(into, wanted, { secrets, before: cache.connections, interrupted });
  const maxOfflineMs = answer.policy.max_offline_seconds * 1_000;
  return { rev: answer.rev, lastContactMs: into.nowMs, maxOfflineMs, secrets, connections, providers, storing: [], endedBecause: null };
}

function takeProviders({ profile, definitions }: Applying, cache: HubCache, answer: SyncAnswer): HubCache["providers"] {
  const providers = answer.is_full ? {} : { ...cache.providers };
  for (const id of answer.gone.providers) delete providers[id];
  for (const { id, definition } of answer.providers) providers[id] = definition;
  if (answer.is_full || answer.providers.length > 0 || answer.gone.providers.length > 0)
    definitions.share(profile.name, takeDefinitions(providers));
  return providers;
}

/** Everything of the hub's goes: the device was revoked, or the person logged out. */
export function wipeHub(profile: UnlockedProfile, cache: HubCache): void {
  removeOthers(profile, { before: cache.connections, interrupted: new Set(cache.storing) }, new Set());
  placeSecrets(profile, cache.secrets, {});
}

/** What was the hub's and is not stored any more. */
function removeOthers(profile: UnlockedProfile, { before, interrupted }: Omit<Had, "secrets">, stored: ReadonlySet<string>): void {
  const named = [...interrupted].map((name) => ({ provider: name.split("/")[0] ?? "", name: name.split("/")[1] ?? "" }));
  const ours = [...Object.values(before).filter((each) => isOurs(profile, each)), ...named];
  for (const each of ours) {
    if (stored.has(nameOf(each))) continue;
    profile.store.connections.remove({ provider: each.provider, name: each.name });
    profile.changed();
  }
}

/** Stored by a sync, and nothing else was put in its place since. */
export function isOurs(profile: UnlockedProfile, each: CachedConnection): boolean {
  return each.storedVersion !== null && profile.find(each)?.id === each.storedId;
}

/** Connections that are here because a hub shares them. */
export function sharedIn(profile: UnlockedProfile): ConnectionRef[] {
  return Object.values(readCache(profile).connections).filter((each) => isOurs(profile, each));
}

/** Nearest first. */
const SCOPES: readonly string[] = ["user", "workspace", "tenant"];

const nameOf = ({ provider, name }: Pick<CachedConnection, "provider" | "name">): string => `${provider}/${name}`;

interface Had {
  readonly secrets: HubCache["secrets"];
  readonly before: HubCache["connections"];
  /** Names that a sync before this one may have stored without writing it down. */
  readonly interrupted: ReadonlySet<string>;
}

/** Of one name the user's own wins, then the hub's of user, workspace and tenant scope, of those that can be used. */
function storeNearest(into: Applying, wanted: HubCache["connections"], had: Had): Record<string, CachedConnection> {
  const { profile } = into;
  const ours = Object.values(had.before).filter((each) => isOurs(profile, each));
  const fromHub = new Set([...ours.map(nameOf), ...had.interrupted]);
  const stored = new Set<string>();
  const nearestFirst = Object.entries(wanted).toSorted(([, one], [, other]) => SCOPES.indexOf(one.scope) - SCOPES.indexOf(other.scope));
  const now = nearestFirst.map(([id, each]): [string, CachedConnection] => {
    const name = nameOf(each);
    if (stored.has(name)) return [id, skip(each, "one of a nearer scope has this name")];
    if (!fromHub.has(name) && profile.find(each) !== null) return [id, skip(each, "a connection of this name is your own")];
    const next = storeOne(into, each, { secrets: had.secrets, was: had.before[id] });
    if (next.storedVersion !== null) stored.add(name);
    return [id, next];
  });
  removeOthers(profile, had, stored);
  return Object.fromEntries(now);
}

interface Known {
  readonly secrets: HubCache["secrets"];
  readonly was: CachedConnection | undefined;
}

function storeOne(into: Applying, wanted: CachedConnection, { secrets, was }: Known): CachedConnection {
  const { profile, definitions } = into;
  const secret = wanted.secretId === null ? undefined : secrets[wanted.secretId];
  if (secret === undefined) return skip(wanted, "its secret is not shared with you");
  const isStored = was?.storedVersion === secret.version && was.secretId === wanted.secretId && sameList(was.origins, wanted.origins);
  if (isStored && isOurs(profile, was)) return wanted;
  const provider = definitions.current().get(wanted.provider);
  if (provider === null) return skip(wanted, "no definition has this provider");
  const bound = takeOrigins(provider, wanted.origins);
  if ("fault" in bound) return skip(wanted, bound.fault);
  const texts = readFields(provider.fields, secret.value);
  if (texts === null) return skip(wanted, "the secret does not have the provider's fields");
  try {
    const fields = Object.fromEntries(Object.entries(texts).map(([field, text]) => [field, new Secret(text)]));
    const checked = { fields, origins: bound.origins, host: null, notices: [] };
    const { id } = storeChecked(profile, { provider, name: wanted.name, force: true }, checked);
    return { ...wanted, storedVersion: secret.version, storedId: id, skipped: null };
  } catch (error) {
    return skip(wanted, error instanceof KeywardError ? error.message : "it could not be stored");
  }
}

function skip(wanted: CachedConnection, skipped: string): CachedConnection {
  return { ...wanted, storedVersion: null, storedId: null, skipped };
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
