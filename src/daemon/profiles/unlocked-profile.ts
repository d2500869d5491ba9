// One opened profile: its store, audit, authority and what requests ask for most, kept in memory until something changes.
// In: an open store and its key. Out: connections and credentials without a query per request. `close` forgets the key.
import { LeafCache } from "../../certs/leaf-cache.ts";
import type { Custody } from "../../control/protocol.ts";
import { SECRET_SCOPES } from "../../core/vault/words.ts";
import type { Clock } from "../../core/clock.ts";
import { type Connection, type ConnectionRef, type Credential, REFRESH_STAND_IN } from "../../core/connection.ts";
import type { KnownPlaceholder, KnownSecret } from "../../proxy/ports.ts";
import type { OAuthGrant, ProfileStore, StoredAuthority } from "../../store/profile-store.ts";
import type { AuditLog } from "../../audit/open-audit.ts";
import type { AuditSeal } from "../../audit/seal/checkpoint.ts";

export interface UnlockedProfileParts {
  readonly store: ProfileStore;
  readonly key: Buffer;
  readonly custody: Custody;
  readonly audit: AuditLog;
  readonly seal: AuditSeal;
  readonly authority: StoredAuthority;
  readonly certificatePath: string;
  readonly clock: Clock;
}

/** A connection that a run brought along, with its credential. */
export interface GivenToRun {
  readonly connection: Connection;
  readonly credential: Credential;
}

export class UnlockedProfile {
  readonly name: string;
  readonly store: ProfileStore;
  readonly audit: AuditLog;
  readonly seal: AuditSeal;
  readonly authority: StoredAuthority;
  readonly certificatePath: string;
  readonly leaves: LeafCache;
  readonly key: Buffer;
  custody: Custody;
  /** Grows with every change of a connection. */
  revision = 0;
  readonly #credentials = new Map<string, Credential>();
  readonly #placeholders = new Map<string, ConnectionRef>();
  #connections: readonly Connection[] | null = null;
  #known: readonly KnownPlaceholder[] = [];
  #secrets: readonly KnownSecret[] | null = null;
  /** Run → what it brought along; in memory only. */
  readonly #given = new Map<string, readonly GivenToRun[]>();

  constructor(parts: UnlockedProfileParts) {
    this.name = parts.store.name;
    this.store = parts.store;
    this.key = parts.key;
    this.custody = parts.custody;
    this.audit = parts.audit;
    this.seal = parts.seal;
    this.authority = parts.authority;
    this.certificatePath = parts.certificatePath;
    this.leaves = new LeafCache(parts.authority, parts.clock);
  }

  /** Every stored connection; the same array until one changes. */
  connections(): readonly Connection[] {
    if (this.#connections === null) {
      this.#connections = this.store.connections.list();
      for (const connection of this.#connections) this.#learn(connection);
    }
    return this.#connections;
  }

  find(ref: ConnectionRef): Connection | null {
    const isMeant = (connection: Connection): boolean => connection.provider === ref.provider && connection.name === ref.name;
    return this.connections().find(isMeant) ?? this.given().find(({ connection }) => isMeant(connection))?.connection ?? null;
  }

  credential(connection: Connection): Credential | null {
    const known = this.#credentials.get(connection.id) ?? this.given().find((one) => one.connection.id === connection.id)?.credential;
    if (known !== undefined) return known;
    const credential = this.store.connections.credential(connection);
    if (credential !== null) this.#credentials.set(credential.connectionId, credential);
    return credential;
  }

  /** Placeholders of every connection there is or was since the daemon started; the same array until one is added. */
  knownPlaceholders(): readonly KnownPlaceholder[] {
    this.connections();
    return this.#known;
  }

  /** Every secret stored for a connection, also those that only keyward sends; the same array until a connection changes. */
  knownSecrets(): readonly KnownSecret[] {
    this.#secrets ??= [
      ...this.connections().flatMap((owner) => secretsOf(owner, this.credential(owner), this.store.connections.grant(owner))),
      ...this.given().flatMap(({ connection, credential }) => secretsOf(connection, credential, null)),
      ...this.connections().flatMap((owner) => this.#linkedSecrets(owner)),
    ];
    return this.#secrets;
  }

  /** Of the vault, where the store has the value itself. */
  #linkedSecrets(owner: Connection): KnownSecret[] {
    return Object.values(owner.secrets ?? {}).flatMap((name) => {
      const found = SECRET_SCOPES.map((scope) => this.store.secrets.content({ scope, name }, null)).find((content) => content !== null);
      return found !== undefined && found !== null && "value" in found ? [{ secret: found.value, owner }] : [];
    });
  }

  isStored(ref: ConnectionRef): boolean {
    return this.connections().some(({ provider, name }) => provider === ref.provider && name === ref.name);
  }

  givenTo(runId: string): readonly GivenToRun[] {
    return this.#given.get(runId) ?? [];
  }

  /** What live runs brought along. */
  given(): readonly GivenToRun[] {
    return this.#given.size === 0 ? [] : [...this.#given.values()].flat();
  }

  /** For as long as the run lives: nothing of it is stored. */
  give(runId: string, given: readonly GivenToRun[]): void {
    if (given.length === 0) return;
    this.#given.set(runId, given);
    for (const { connection } of given) this.#learn(connection);
    this.changed();
  }

  takeBack(runId: string): void {
    if (this.#given.delete(runId)) this.changed();
  }

  /** Takes in the placeholders of a connection that may be logged out by now. */
  rememberPlaceholders(ref: ConnectionRef, placeholders: Readonly<Record<string, string>>): void {
    this.#learn({ provider: ref.provider, name: ref.name, placeholders });
  }

  /** Call after every write of a connection. */
  changed(): void {
    this.revision++;
    this.#connections = null;
    this.#secrets = null;
    this.#credentials.clear();
  }

  close(): void {
    this.#secrets = null;
    this.#given.clear();
    this.#credentials.clear();
    this.key.fill(0);
    this.audit.close();
    this.store.close();
  }

  #learn(connection: ConnectionRef & { readonly placeholders: Readonly<Record<string, string>> }): void {
    const fresh = Object.values(connection.placeholders).filter((text) => !this.#placeholders.has(text));
    if (fresh.length === 0) return;
    for (const text of fresh) this.#placeholders.set(text, { provider: connection.provider, name: connection.name });
    this.#known = [...this.#placeholders].map(([text, owner]) => ({ text, owner }));
  }
}

function secretsOf(owner: Connection, credential: Credential | null, grant: OAuthGrant | null): KnownSecret[] {
  const hidden = Object.entries(credential?.fields ?? {}).filter(([field]) => !Object.hasOwn(owner.publicFields, field));
  // Of a login that a tool made itself, the client's secret is the tool's: it shows it at the token endpoint again and again.
  const clientSecret = owner.placeholders[REFRESH_STAND_IN] === undefined ? grant?.clientSecret : null;
  const all = [...hidden.map(([, secret]) => secret), grant?.refreshToken ?? null, clientSecret ?? null];
  return all.filter((secret) => secret !== null).map((secret) => ({ secret, owner }));
}
