// How an API token of a hub is shown. In: a row of /v1/api_tokens. Out: cells and objects; the token itself only where it was just made.
export interface HubToken {
  readonly id: string;
  readonly workspace_id: string;
  readonly kind: string;
  readonly name: string;
  readonly prefix: string;
  readonly last4: string;
  readonly scopes: readonly string[];
  readonly connections: readonly string[];
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
  readonly rotated_from: string | null;
}

export interface IssuedHubToken extends HubToken {
  readonly token: string;
}

/** `2026-02-01`, or a word for none. */
export function day(seconds: number | null, none: string): string {
  return seconds === null ? none : new Date(seconds * 1_000).toISOString().slice(0, 10);
}

/** `kw_pat_abcde…wxyz`: enough to recognise it, not to use it. */
export function maskToken(token: string): string {
  return `${token.slice(0, 12)}…${token.slice(-4)}`;
}
