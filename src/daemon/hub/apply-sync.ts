// Takes what a hub sent into the profile: its connections become connections here, under the names the team gave them.
// In: the cache and one answer of /v1/sync. Out: the next cache. A connection of the user's own with the same name stays and wins.
import { KeywardError } from "../../core/errors.ts";
import { parseAuthority } from "../../core/host.ts";
import { Secret } from "../../core/secret.ts";
import { openSealed } from "../../hub/keys/seal-to-device.ts";
import type { Definitions } from "../definitions/definitions.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { readFields } from "./secret-fields.ts";
import { storeChecked } from "../store-connection.ts";
import type { CachedConnection, HubCache, HubDevice } from "./hub-link.ts";

/** The answer of GET /v1/sync, as docs/hub-api.json has it. */
export interface SyncAnswer {
  readonly rev: number;
  readonly is_full: boolean;
  readonly policy: { readonly max_offline_seconds: number };
  readonly secrets: readonly { readonly id: string; readonly name: string; readonly version: number; readonly sealed: string }[];
  readonly connections: readonly SyncedConnection[];
  readonly gone: { readonly secrets: readonly string[]; readonly connections: readonly string[] };
}

export interface SyncedConnection {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly scope: string;
  readonly secret_id: string | null;
  readonly origins: readonly string[];
}

export interface Applying {
  readonly profile: UnlockedProfile;
  readonly definitions: Definitions;
  readonly device: HubDevice;
  readonly nowMs: number;
}

export function applySync(into: Applying, cache: HubCache, answer: SyncAnswer): HubCache {
  const secrets = answer.is_full ? {} : { ...cache.secrets };
  for (const id of answer.gone.secrets) delete secrets[id];
  for (const { id, name, version, sealed } of answer.secrets) {
    secrets[id] = { name, version, value: openSealed(into.device, sealed, `${id}|${version}`).toString() };
  }
  const wanted: Record<string, CachedConnection> = answer.is_full ? {} : { ...cache.connections };
  for (const id of answer.gone.connections) delete wanted[id];
  for (const { id, provider, name, scope, secret_id, origins } of answer.connections) {
    const before = cache.connections[id];
    wanted[id] = { provider, name, scope, secretId: secret_id, origins, storedVersion: before?.storedVersion ?? null, skipped: null };
  }
  const connections = storeNearest(into, wanted, { secrets, before: cache.connections });
  const maxOfflineMs = answer.policy.max_offline_seconds * 1_000;
  return { rev: answer.rev, lastContactMs: into.nowMs, maxOfflineMs, secrets, connections, endedBecause: null };
}

/** Everything of the hub's goes: the device was revoked, or the person logged out. */
export function wipeHub(profile: UnlockedProfile, cache: HubCache): void {
  removeOthers(profile, cache.connections, new Set());
}

/** What was the hub's and is not stored any more. */
function removeOthers(profile: UnlockedProfile, before: HubCache["connections"], stored: ReadonlySet<string>): void {
  for (const each of Object.values(before)) {
    if (each.storedVersion === null || stored.has(nameOf(each))) continue;
    profile.store.connections.remove({ provider: each.provider, name: each.name });
    profile.changed();
  }
}

/** Nearest first. */
const SCOPES: readonly string[] = ["user", "workspace", "tenant"];

const nameOf = ({ provider, name }: Pick<CachedConnection, "provider" | "name">): string => `${provider}/${name}`;

interface Had {
  readonly secrets: HubCache["secrets"];
  readonly before: HubCache["connections"];
}

/** Of one name the user's own wins, then the hub's of user, workspace and tenant scope, of those that can be used. */
function storeNearest(into: Applying, wanted: HubCache["connections"], had: Had): Record<string, CachedConnection> {
  const { profile } = into;
  const ours = Object.values(had.before).filter((each) => each.storedVersion !== null);
  const fromHub = new Set(ours.map(nameOf));
  const stored = new Set<string>();
  const nearestFirst = Object.entries(wanted).toSorted(([, one], [, other]) => SCOPES.indexOf(one.scope) - SCOPES.indexOf(other.scope));
  const now = nearestFirst.map(([id, each]): [string, CachedConnection] => {
    const name = nameOf(each);
    if (stored.has(name)) return [id, { ...each, storedVersion: null, skipped: "one of a nearer scope has this name" }];
    if (!fromHub.has(name) && profile.find(each) !== null) return [id, { ...each, skipped: "a connection of this name is your own" }];
    const next = storeOne(into, each, { secrets: had.secrets, was: had.before[id] });
    if (next.storedVersion !== null) stored.add(name);
    return [id, next];
  });
  removeOthers(profile, had.before, stored);
  return Object.fromEntries(now);
}

interface Known {
  readonly secrets: HubCache["secrets"];
  readonly was: CachedConnection | undefined;
}

function storeOne(into: Applying, wanted: CachedConnection, { secrets, was }: Known): CachedConnection {
  const { profile, definitions } = into;
  const secret = wanted.secretId === null ? undefined : secrets[wanted.secretId];
  if (secret === undefined) return { ...wanted, storedVersion: null, skipped: "its secret is not shared with you" };
  const isStored = was?.storedVersion === secret.version && was.secretId === wanted.secretId;
  if (isStored && profile.find(wanted) !== null) return wanted;
  const provider = definitions.current().get(wanted.provider);
  if (provider === null) return { ...wanted, skipped: "no definition has this provider" };
  const origins = wanted.origins.map((origin) => parseAuthority(origin.replace(/^https:\/\//, ""), 443));
  if (origins.some((origin) => origin === null)) return { ...wanted, skipped: "an origin is not one" };
  const texts = readFields(provider.fields, secret.value);
  if (texts === null) return { ...wanted, skipped: "the secret does not have the provider's fields" };
  try {
    const bound = origins.filter((origin) => origin !== null);
    const fields = Object.fromEntries(Object.entries(texts).map(([field, text]) => [field, new Secret(text)]));
    storeChecked(profile, { provider, name: wanted.name, force: true }, { fields, origins: bound, host: null, notices: [] });
    return { ...wanted, storedVersion: secret.version, skipped: null };
  } catch (error) {
    return { ...wanted, skipped: error instanceof KeywardError ? error.message : "it could not be stored" };
  }
}
