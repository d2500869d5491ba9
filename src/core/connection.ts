// What a connection is to everyone who handles one without needing its secret.
// Written by store, picked by connections, matched by proxy, shown by the CLI.
import type { SecretFields } from "./secret.ts";

/** A host a connection may be used at. Kept inside the connection's encrypted record, fixed at login. */
export interface Origin {
  /** Exact host, `*.suffix` or `**.suffix`, canonical. */
  readonly host: string;
  readonly port: number;
}

/** Identity: one per provider and name. */
export interface ConnectionRef {
  /** Provider id, `openai`. */
  readonly provider: string;
  /** `default`, `work`, … */
  readonly name: string;
}

export type ConnectionKind = "api_key" | "oauth2";
export type ConnectionStatus = "connected" | "expiring" | "expired" | "missing";

/** A stored connection without its secret. */
export interface Connection extends ConnectionRef {
  /** `con_…`; changes with every login, so a rotated credential is a new id. */
  readonly id: string;
  readonly kind: ConnectionKind;
  readonly isDefault: boolean;
  readonly origins: readonly Origin[];
  /** Field name → placeholder, for secret fields only. Stable over logins of the same ref. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** Field name → value, for the fields a definition declares as not secret (an account id). */
  readonly publicFields: Readonly<Record<string, string>>;
  /** Field name → name of the secret of the vault that is its value. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly lastUsedAtMs: number | null;
}

/**
 * Among a connection's placeholders: what stands for the refresh token of a login that a tool made itself. No field of a definition can
 * have this name.
 */
export const REFRESH_STAND_IN = "oauth.refresh_token";

/** The credential that authenticates now: every field of the connection, secret or not. */
export interface Credential {
  readonly connectionId: string;
  readonly fields: SecretFields;
  readonly expiresAtMs: number | null;
}

/** `openai (work)` as people read it. */
export function describeConnection(ref: ConnectionRef): string {
  return `${ref.provider} (${ref.name})`;
}
