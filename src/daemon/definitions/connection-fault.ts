// Why a stored connection would serve no request as it is: it has ended, or a secret of the vault that it refers to is gone or is no key of
// its provider. In: the connection, its profile, its provider. Out: words without a value, or null. It asks no other place for anything.
import { looksLikeKey } from "../../connections/judge-secret.ts";
import type { Connection } from "../../core/connection.ts";
import type { Provider } from "../../providers/schema.ts";
import { canObtain } from "../oauth/obtain-tokens.ts";
import type { StoredSecret } from "../../store/records/secret-records.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { findSecret } from "../vault/find-secret.ts";

export interface FaultContext {
  readonly profile: UnlockedProfile;
  readonly provider: Provider | null;
  readonly nowMs: number;
}

export function connectionFault(connection: Connection, context: FaultContext): string | null {
  for (const [field, name] of Object.entries(connection.secrets ?? {})) {
    const fault = secretFault(name, field, context);
    if (fault !== null) return fault;
  }
  const { expiresAtMs, kind } = connection;
  if (expiresAtMs === null || expiresAtMs > context.nowMs) return null;
  // What keyward renews itself is as good as stored.
  const grant = kind === "oauth2" ? context.profile.store.connections.grant(connection) : null;
  return grant !== null && canObtain(grant) ? null : "it has expired";
}

/** What was stored at a login was judged there, or taken by --any-shape; a secret of the vault was stored for no provider. */
function secretFault(name: string, fieldName: string, context: FaultContext): string | null {
  const secret = findSecret(context.profile, name, null);
  if (secret === null) return `its secret ${name} is not in the vault`;
  return mayBeKey(secret, fieldName, context) ? null : `its secret ${name} does not have the shape of the provider's keys`;
}

/** False for a stored value that the provider's own rule refuses; what is kept elsewhere is not asked for. */
export function mayBeKey(secret: StoredSecret, fieldName: string, { profile, provider }: Omit<FaultContext, "nowMs">): boolean {
  const field = provider?.fields.find((one) => one.name === fieldName);
  if (provider === null || field?.patternCheck !== "refuse") return true;
  const content = profile.store.secrets.content(secret, null);
  return content === null || !("value" in content) || looksLikeKey(content.value, { provider, field });
}
