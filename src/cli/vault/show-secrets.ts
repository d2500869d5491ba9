// Secrets as people and scripts see them: names, places and times. In: what the daemon says. Out: rows and the objects of --json.
// There is no value in here to hide: the daemon never sends it.
import type { SecretInfo } from "../../control/api/vault.ts";
import { isoTime, relativeTime } from "../text/times.ts";

export const SECRET_HEAD: readonly string[] = ["NAME", "SCOPE", "SOURCE", "VERSION", "CHANGED", "USED BY"];

export function secretRow(secret: SecretInfo, nowMs: number): readonly string[] {
  const { name, scope, source, version, updatedAtMs, usedBy } = secret;
  return [name, scope, source, String(version), relativeTime(updatedAtMs, nowMs), usedBy.join(", ")];
}

/** The snake-case object of one secret. */
export function secretObject(secret: SecretInfo): Record<string, string | number | null | readonly string[]> {
  return {
    name: secret.name,
    scope: secret.scope,
    source: secret.source,
    reference: secret.reference,
    version: secret.version,
    versions: secret.versions,
    created_at: isoTime(secret.createdAtMs),
    updated_at: isoTime(secret.updatedAtMs),
    used_by: secret.usedBy,
  };
}
