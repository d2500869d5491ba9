// The OAuth side of connections: refresh token, client, where to renew. The access token itself is a field like any other.
// In: grants and renewed tokens. Out: the same; tokens and client secrets leave only as `Secret`. The caller holds the transaction.
import type { ConnectionRef } from "../../core/connection.ts";
import type { ComputedFlow, GrantSource, TokenDialect } from "../../core/grant.ts";
import { Secret } from "../../core/secret.ts";
import type { StoreDatabase } from "../database.ts";
import type { OAuthGrant, RenewedTokens } from "../profile-store.ts";
import type { Access } from "./access.ts";

interface GrantRow extends ConnectionRef {
  readonly field: string;
  readonly refresh_token: string | null;
  readonly client_id: string;
  readonly client_secret: string | null;
  readonly client_auth: "post" | "basic";
  /** JSON: ["scope"] */
  readonly scopes: string;
  readonly issuer: string | null;
  readonly token_url: string;
  readonly revocation_url: string | null;
  readonly obtained_at_ms: number;
  /** JSON, as is `source` */
  readonly dialect: string | null;
  readonly source: string | null;
  readonly renewal: "client_credentials" | null;
  readonly resource: string | null;
  readonly registered_for: string | null;
}

type Renewal = { readonly provider: string; readonly name: string; readonly token: string | null; readonly atMs: number };

// oxlint-disable-next-line typescript/explicit-function-return-type -- the statements' own types are the point
function prepare(db: StoreDatabase) {
  return {
    one: db.prepare<ConnectionRef, GrantRow>("SELECT * FROM oauth_grant WHERE provider = @provider AND name = @name"),
    insert: db.prepare<GrantRow>(
      `INSERT INTO oauth_grant (provider, name, field, refresh_token, client_id, client_secret, client_auth, scopes, issuer, token_url,
         revocation_url, obtained_at_ms, dialect, source, renewal, resource, registered_for)
       VALUES (@provider, @name, @field, @refresh_token, @client_id, @client_secret, @client_auth, @scopes, @issuer, @token_url,
         @revocation_url, @obtained_at_ms, @dialect, @source, @renewal, @resource, @registered_for)`,
    ),
    owner: db.prepare<[string], ConnectionRef & { readonly field: string }>(
      "SELECT g.provider, g.name, g.field FROM oauth_grant g JOIN connection c USING (provider, name) WHERE c.id = ?",
    ),
    setRefresh: db.prepare<Renewal>(
      "UPDATE oauth_grant SET refresh_token = @token, obtained_at_ms = @atMs WHERE provider = @provider AND name = @name",
    ),
    setAccess: db.prepare<ConnectionRef & { readonly field: string; readonly value: string }>(
      "UPDATE connection_field SET value = @value WHERE provider = @provider AND name = @name AND field = @field",
    ),
    setSource: db.prepare<ConnectionRef & { readonly source: string }>(
      "UPDATE oauth_grant SET source = @source WHERE provider = @provider AND name = @name",
    ),
    setExpiry: db.prepare<[number | null, string]>("UPDATE connection SET expires_at_ms = ? WHERE id = ?"),
  };
}

export class GrantTable {
  readonly #sql: ReturnType<typeof prepare>;

  constructor({ db }: Access) {
    this.#sql = prepare(db);
  }

  find({ provider, name }: ConnectionRef): OAuthGrant | null {
    const row = this.#sql.one.get({ provider, name });
    if (row === undefined) return null;
    return {
      field: row.field,
      refreshToken: row.refresh_token === null ? null : new Secret(row.refresh_token),
      clientId: row.client_id,
      clientSecret: row.client_secret === null ? null : new Secret(row.client_secret),
      clientAuth: row.client_auth,
      scopes: JSON.parse(row.scopes) as string[],
      issuer: row.issuer,
      tokenUrl: row.token_url,
      revocationUrl: row.revocation_url,
      obtainedAtMs: row.obtained_at_ms,
      ...(row.dialect === null ? {} : { dialect: JSON.parse(row.dialect) as TokenDialect }),
      ...(row.source === null ? {} : { source: parseSource(row.source) }),
      ...(row.renewal === null ? {} : { renewal: row.renewal }),
      ...(row.resource === null ? {} : { resource: row.resource }),
      ...(row.registered_for === null ? {} : { registeredFor: row.registered_for }),
    };
  }

  insert({ provider, name }: ConnectionRef, grant: OAuthGrant): void {
    this.#sql.insert.run({
      provider,
      name,
      field: grant.field,
      refresh_token: grant.refreshToken?.reveal() ?? null,
      client_id: grant.clientId,
      client_secret: grant.clientSecret?.reveal() ?? null,
      client_auth: grant.clientAuth,
      scopes: JSON.stringify(grant.scopes),
      issuer: grant.issuer,
      token_url: grant.tokenUrl,
      revocation_url: grant.revocationUrl,
      obtained_at_ms: grant.obtainedAtMs,
      renewal: grant.renewal ?? null,
      resource: grant.resource ?? null,
      registered_for: grant.registeredFor ?? null,
      dialect: grant.dialect === undefined ? null : JSON.stringify(grant.dialect),
      source: grant.source === undefined ? null : formatSource(grant.source),
    });
  }

  renew(connectionId: string, { accessToken, refreshToken, expiresAtMs, obtainedAtMs, otherFields, source }: RenewedTokens): boolean {
    const owner = this.#sql.owner.get(connectionId);
    if (owner === undefined) return false;
    const { provider, name, field } = owner;
    this.#sql.setRefresh.run({ provider, name, token: refreshToken?.reveal() ?? null, atMs: obtainedAtMs });
    if (source !== undefined) this.#sql.setSource.run({ provider, name, source: formatSource(source) });
    if (accessToken === null) {
      if (expiresAtMs !== null) this.#sql.setExpiry.run(expiresAtMs, connectionId);
      return true;
    }
    for (const [each, value] of Object.entries({ ...otherFields, [field]: accessToken }))
      this.#sql.setAccess.run({ provider, name, field: each, value: value.reveal() });
    this.#sql.setExpiry.run(expiresAtMs, connectionId);
    return true;
  }
}

/** The values are secrets: this text goes into the encrypted file and nowhere else. */
function formatSource({ flow, values }: GrantSource): string {
  return JSON.stringify({ flow, values: Object.fromEntries(Object.entries(values).map(([name, secret]) => [name, secret.reveal()])) });
}

function parseSource(text: string): GrantSource {
  const { flow, values } = JSON.parse(text) as { readonly flow: ComputedFlow; readonly values: Record<string, string> };
  return { flow, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)])) };
}
