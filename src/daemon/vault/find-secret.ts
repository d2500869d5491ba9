// Which secret a name means, what refers to it, and what may be said about it. In: a profile and a name. Out: metadata, never a value.
import { findBackend } from "../../backends/backends.ts";
import type { SecretInfo } from "../../control/api/vault.ts";
import { describeConnection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { SECRET_SCOPES, type SecretScope, secretUnknown } from "../../core/vault/words.ts";
import type { StoredSecret } from "../../store/records/secret-records.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";

/** The nearest scope that has the name; `scope` asks one alone. */
export function findSecret(profile: UnlockedProfile | null, name: string, scope: SecretScope | null): StoredSecret | null {
  for (const candidate of scope === null ? SECRET_SCOPES : [scope]) {
    const found = profile?.store.secrets.find({ scope: candidate, name }) ?? null;
    if (found !== null) return found;
  }
  return null;
}

/** @throws SECRET_UNKNOWN */
export function requireSecret(
  profile: UnlockedProfile | null,
  { name, scope }: { readonly name: string; readonly scope: SecretScope | null },
): { readonly profile: UnlockedProfile; readonly secret: StoredSecret } {
  const secret = findSecret(profile, name, scope);
  if (profile === null || secret === null) throw secretUnknown(name, scope);
  return { profile, secret };
}

/** `openai (team)`, or the id of a connection that was set. */
export function usersOf(profile: UnlockedProfile, name: string): string[] {
  const labelled = profile.store.labelled.list().filter(({ secret }) => secret === name);
  const linked = profile
    .connections()
    .filter(({ secrets }) => Object.values(secrets ?? {}).includes(name))
    .filter((ref) => !labelled.some(({ id, provider }) => provider === ref.provider && id === ref.name));
  return [...linked.map(describeConnection), ...labelled.map(({ id }) => id)];
}

export function describeSecret(profile: UnlockedProfile, secret: StoredSecret): SecretInfo {
  const { scope, name, reference, version, versions, createdAtMs, updatedAtMs } = secret;
  return {
    scope,
    name,
    source: sourceOf(reference),
    reference,
    version,
    versions,
    createdAtMs,
    updatedAtMs,
    usedBy: usersOf(profile, name),
  };
}

/** A reference that this keyward does not understand was written by another one. */
export function sourceOf(reference: string | null): string {
  if (reference === null) return "profile";
  try {
    return findBackend(reference).backend.source;
  } catch (error) {
    if (error instanceof KeywardError) return "unknown";
    throw error;
  }
}
