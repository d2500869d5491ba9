// The encrypted profile store as the rest of the daemon sees it: records in, records out, secrets only as `Secret`.
// open-profile.ts makes one; records/ implement it. Every write is durable when the call returns (synchronous=FULL), but `touch`.
import type { Connection, ConnectionKind, ConnectionRef, Credential, Origin } from "../core/connection.ts";
import type { GrantSource, TokenDialect } from "../core/grant.ts";
import type { RunRecord } from "../core/run.ts";
import type { Secret, SecretFields } from "../core/secret.ts";
import type { SecretRecords, LabelledRecords } from "./records/secret-records.ts";

export interface NewConnection extends ConnectionRef {
  readonly kind: ConnectionKind;
  readonly fields: SecretFields;
  /** Fields whose value is a secret of the vault, by its name: they stand in no other place. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Names of the fields that may be shown. */
  readonly publicFieldNames: readonly string[];
  readonly origins: readonly Origin[];
  readonly placeholders: Readonly<Record<string, string>>;
  readonly expiresAtMs: number | null;
  /** Of kind `oauth2`. */
  readonly grant?: OAuthGrant;
}

/** What keeps an OAuth connection alive: how its access token, one of the fields, is renewed. Fixed at login but for the tokens. */
export interface OAuthGrant {
  /** The field that holds the access token. */
  readonly field: string;
  /** null = none was given, or the server does not accept it any more. */
  readonly refreshToken: Secret | null;
  readonly clientId: string;
  readonly clientSecret: Secret | null;
  readonly clientAuth: "post" | "basic";
  readonly scopes: readonly string[];
  readonly issuer: string | null;
  readonly tokenUrl: string;
  readonly revocationUrl: string | null;
  /** When the access token came, to tell a short life from a long one. */
  readonly obtainedAtMs: number;
  /** How the token endpoint wants to be asked; absent = as the RFC says. */
  readonly dialect?: TokenDialect;
  /** Of a credential that keyward computes: what from. Then there is no refresh token, and `tokenUrl` is where it is traded ("" = nowhere). */
  readonly source?: GrantSource;
  /** The next token is asked for as the client itself (RFC 6749 §4.4); absent = with the refresh token. */
  readonly renewal?: "client_credentials";
  /** The API that tokens are for, named in every token request (RFC 8707). */
  readonly resource?: string;
  /** keyward registered the client itself, for this redirect address or "device" (RFC 7591); absent = a person brought it. */
  readonly registeredFor?: string;
}

export interface RenewedTokens {
  /** null = the refresh token is forgotten: the server does not accept it any more. */
  readonly accessToken: Secret | null;
  readonly refreshToken: Secret | null;
  /** Without an access token: when the old one ended, if the upstream has refused it too; null = as before. */
  readonly expiresAtMs: number | null;
  readonly obtainedAtMs: number;
  /** Fields that change with the access token: the three parts of temporary AWS keys. */
  readonly otherFields?: SecretFields;
  /** A source that changed with it: a session that was renewed. */
  readonly source?: GrantSource;
}

export interface ConnectionRecords {
  list(): Connection[];
  find(ref: ConnectionRef): Connection | null;
  /** Inserts or replaces, in one transaction; the first connection of a provider becomes its default. */
  put(connection: NewConnection): Connection;
  /** Placeholders outlive the connection (a tool may have stored one); null when the ref never had any. */
  placeholders(ref: ConnectionRef): Readonly<Record<string, string>> | null;
  /** Every placeholder ever given out by this profile, to keep new ones apart. */
  allPlaceholders(): string[];
  credential(ref: ConnectionRef): Credential | null;
  /** null for a connection without one. */
  grant(ref: ConnectionRef): OAuthGrant | null;
  /** Replaces the tokens of the login `connectionId` and of no later one, in one transaction; returns whether it is still there. */
  renew(connectionId: string, tokens: RenewedTokens): boolean;
  /** Returns whether there was one; a sole remaining connection becomes the default. */
  remove(ref: ConnectionRef): boolean;
  /** Removes the provider's connections and its placeholders. */
  forget(provider: string): ConnectionRef[];
  setDefault(ref: ConnectionRef): void;
  /** Notes the last use in memory; `ProfileStore.flush` writes it. */
  touch(ref: ConnectionRef, atMs: number): void;
}

export interface RunRecords {
  list(): RunRecord[];
  put(run: RunRecord): void;
  remove(id: string): void;
}

/** The CA of this home: certificate PEM and PKCS#8 private key. */
export interface StoredAuthority {
  readonly certificatePem: string;
  readonly privateKeyPem: Secret;
}

export type FactName = "proxyPort" | "auditKey" | "auditHead" | "hub.link" | "hub.cache" | "hub.last";

export interface ProfileStore {
  readonly name: string;
  readonly connections: ConnectionRecords;
  readonly runs: RunRecords;
  readonly secrets: SecretRecords;
  readonly labelled: LabelledRecords;
  readAuthority(): StoredAuthority | null;
  writeAuthority(authority: StoredAuthority): void;
  /** Small daemon facts that must survive a restart: the proxy port, the link to a hub and what came from it. */
  readFact(name: FactName): string | null;
  writeFact(name: FactName, value: string): void;
  /** The file of `profile backup`, sealed under a passphrase: all of the profile but its runs and facts. */
  backUp(passphrase: Secret, without?: readonly ConnectionRef[]): Promise<Buffer>;
  /** Can every page that is in use be read, and is it in order? */
  isSound(): boolean;
  /** Writes what `touch` noted, in one transaction. Call it now and then; `close` does it too. */
  flush(): void;
  close(): void;
}
