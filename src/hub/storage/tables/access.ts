// What opens a door: sessions, tokens, device logins and browsers, each found by a digest and never by its value.
// In and out: rows as kysely reads and writes them; see ../tables.ts for units.

/** Every token of every kind by its digest: the only way from a token to whom it belongs. */
export interface CredentialTable {
  readonly digest: string;
  readonly pepper_id: string;
  readonly kind: string;
  readonly tenant_id: string | null;
  /** The session, api_token, device, invite or browser session it stands for. */
  readonly subject_id: string;
  expires_at_ms: number;
  /** When a successor took its place: a refresh token, or an API token rotated with an overlap. */
  superseded_at_ms: number | null;
}

export interface SessionTable {
  readonly tenant_id: string;
  readonly session_id: string;
  readonly user_id: string;
  workspace_id: string | null;
  label: string;
  ip: string;
  user_agent: string;
  /** JSON list. */
  scopes: string;
  created_at_ms: number;
  /** One year after login, whatever happens. */
  expires_at_ms: number;
  revoked_at_ms: number | null;
}

export interface ApiTokenTable {
  readonly tenant_id: string;
  readonly workspace_id: string;
  readonly api_token_id: string;
  /** pat, or run: a token with which a run uses a gateway. */
  kind: string;
  name: string;
  /** The first 12 characters, to recognise it. */
  prefix: string;
  last4: string;
  scopes: string;
  /** JSON list of connection ids a run token is good for. */
  connections: string;
  created_by: string;
  /** The token or session it was cut from: it dies with it. */
  parent_id: string | null;
  rotated_from: string | null;
  created_at_ms: number;
  expires_at_ms: number | null;
  revoked_at_ms: number | null;
}

/** When and from where a session, token or device was last seen; written in batches, never per request. */
export interface LastUseTable {
  readonly subject_id: string;
  used_at_ms: number;
  ip: string;
  user_agent: string;
}

/** One device login under way (RFC 8628). Found by either digest. */
export interface DeviceCodeTable {
  readonly device_digest: string;
  readonly user_digest: string;
  readonly pepper_id: string;
  client_id: string;
  scopes: string;
  /** pending, claimed, approved or denied. */
  status: string;
  interval_ms: number;
  last_polled_at_ms: number | null;
  host_name: string;
  ip: string;
  user_agent: string;
  created_at_ms: number;
  expires_at_ms: number;
  /** The browser session that opened the page: only it may approve. */
  claimed_by: string | null;
  user_id: string | null;
  tenant_id: string | null;
  workspace_id: string | null;
  granted_scopes: string | null;
}

/** A person signed in with a browser. The cookie is a credential of kind `web`. */
export interface BrowserSessionTable {
  readonly browser_session_id: string;
  user_id: string | null;
  /** Sealed state of a sign-in at the upstream OpenID provider. */
  pending: Buffer | null;
  wrong_codes: number;
  created_at_ms: number;
  expires_at_ms: number;
}

/** An enrolled daemon: secrets travel to it sealed to `public_key` (X25519, raw, base64url). */
export interface DeviceTable {
  readonly tenant_id: string;
  readonly device_id: string;
  workspace_id: string | null;
  user_id: string;
  name: string;
  public_key: string;
  created_at_ms: number;
  revoked_at_ms: number | null;
}
