// Keeps logins usable: renews a token before it ends or when an upstream has refused it, once for everybody who asks at the same time.
// In: a connection and its credential. Out: one that holds. One daemon serves a home, so its map of flights is the single flight of all
// runs and processes. What a server sent is on the disk before anybody gets it; what it refused is forgotten.
import { BackOff } from "../../connections/freshen/back-off.ts";
import { type Flight, Flights } from "../../connections/freshen/flights.ts";
import { RENEW_LEFT_MS, renewBeforeMs, TokenLives } from "../../connections/freshen/token-life.ts";
import type { Clock } from "../../core/clock.ts";
import type { Connection, Credential } from "../../core/connection.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import type { GrantSource } from "../../core/grant.ts";
import type { OAuthSend } from "../../oauth/send.ts";
import type { OAuthGrant, RenewedTokens } from "../../store/profile-store.ts";
import type { DaemonLog } from "../log.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { expired } from "./again.ts";
import { canObtain, obtainTokens } from "./obtain-tokens.ts";

export interface FreshnessParts {
  readonly clock: Clock;
  /** A clock that never jumps. */
  readonly steadyMs: () => number;
  readonly send: OAuthSend;
  readonly log: Pick<DaemonLog, "info" | "warn">;
}

/** An upstream's 401, and what the request carried. */
export interface Refusal {
  readonly connection: Connection;
  readonly credential: Credential;
  /** Of a request that had been sent again with a new credential already. */
  readonly isSecond: boolean;
}

/** A token that holds for longer than this is used while the server takes its time with the next one. */
const USABLE_LEFT_MS = 10_000;
/** After failures of the token endpoint. */
const FAILURE_PAUSE = { firstMs: 1_000, maxMs: 60_000 };
/** After a 401 that a new token did not help against: it does not come from the token's age. */
const FUTILE_PAUSE = { firstMs: 30_000, maxMs: 300_000 };

interface Renewal {
  readonly profile: UnlockedProfile;
  readonly connection: Connection;
  readonly credential: Credential;
  readonly grant: OAuthGrant;
  /** The upstream does not accept the credential any more. */
  readonly isRefused: boolean;
}

/** Tokens that a server gave and the disk has not taken yet. The refresh token before them is worth nothing any more. */
interface Unsaved {
  readonly profile: UnlockedProfile;
  readonly connection: Connection;
  readonly tokens: RenewedTokens;
}

export class Freshness {
  readonly #parts: FreshnessParts;
  /** By the login's id, as is everything here: a new login begins anew. */
  readonly #flights = new Flights();
  readonly #unsaved = new Map<string, Unsaved>();
  /** The server refused their refresh token; for when the disk does not take that either. */
  readonly #over = new Set<string>();
  readonly #lives: TokenLives;
  readonly #pauses: BackOff;
  readonly #futile: BackOff;

  constructor(parts: FreshnessParts) {
    const { clock, steadyMs } = parts;
    this.#parts = parts;
    this.#lives = new TokenLives(clock, steadyMs);
    this.#pauses = new BackOff({ steadyMs, ...FAILURE_PAUSE });
    this.#futile = new BackOff({ steadyMs, ...FUTILE_PAUSE });
  }

  /** The credential itself while it holds. @throws LOGIN_EXPIRED, OAUTH_*, UPSTREAM_*, STORE_* */
  async ensure(profile: UnlockedProfile, connection: Connection, credential: Credential): Promise<Credential> {
    const flight = this.#flights.get(connection.id);
    if (flight !== undefined) return this.#await(flight, connection, { profile, credential });
    const unsaved = this.#unsaved.get(connection.id);
    if (unsaved !== undefined) return this.#save({ ...unsaved, profile });
    const { expiresAtMs } = credential;
    if (expiresAtMs === null) return credential;
    const leftMs = this.#leftMs(profile, connection, expiresAtMs);
    if (leftMs >= RENEW_LEFT_MS) return credential;
    const grant = this.#grantOf(profile, connection);
    if (grant === null) {
      // Nothing can be done about it, so the shorter answer of two clocks would only lose a token that may hold.
      if (expiresAtMs > this.#parts.clock.nowMs()) return credential;
      throw expired(connection);
    }
    if (leftMs >= renewBeforeMs(expiresAtMs - grant.obtainedAtMs)) return credential;
    const renewal = { profile, connection, credential, grant, isRefused: false };
    const error = this.#pauses.pausing(connection.id);
    return error === null ? this.#await(this.#fly(renewal), connection, renewal) : this.#lastResort(renewal, error);
  }

  /** A server that hangs costs a request whose token still holds a moment, and the requests after it nothing. */
  #await(
    { landed, patience, isRefused }: Flight,
    connection: Connection,
    now: Pick<Renewal, "profile" | "credential">,
  ): Promise<Credential> {
    const { expiresAtMs } = now.credential;
    if (isRefused || expiresAtMs === null || this.#leftMs(now.profile, connection, expiresAtMs) <= USABLE_LEFT_MS) return landed;
    return Promise.race([landed, patience.then(() => now.credential)]);
  }

  /** Whether the request may be sent again, with a credential that is another one than the refused. @throws LOGIN_EXPIRED */
  async afterRefusal(profile: UnlockedProfile, { connection, credential, isSecond }: Refusal): Promise<boolean> {
    const { id } = connection;
    // Not a turn of the event loop without one: a request that begins now has to find the flight.
    const before = this.#flights.get(id);
    if (before !== undefined) await before.landed.catch(keepOnly("LOGIN_EXPIRED"));
    const current = profile.credential(connection);
    if (current === null) return false;
    if (!isSame(current, credential)) return !isSecond;
    const unsaved = this.#unsaved.get(id);
    if (unsaved !== undefined) return (await this.#save({ ...unsaved, profile }).catch(keepOnly("LOGIN_EXPIRED"))) !== null;
    if (isSecond) {
      this.#futile.failed(id, new KeywardError("LOGIN_REJECTED", "a new token was refused as the old one was"));
      return false;
    }
    const grant = this.#grantOf(profile, connection);
    if (grant === null || this.#pauses.pausing(id) !== null || this.#futile.pausing(id) !== null) return false;
    const flight = this.#flights.get(id) ?? this.#fly({ profile, connection, credential, grant, isRefused: true });
    const renewed = await flight.landed.catch(keepOnly("LOGIN_EXPIRED"));
    return renewed !== null && !isSame(renewed, credential);
  }

  /**
   * Lets somebody else trade the refresh token, with nobody asking the server meanwhile; what `use` brings is stored before this resolves,
   * null = the server gave nothing. @throws LOGIN_EXPIRED, STORE_*, what `use` throws
   */
  async lend(profile: UnlockedProfile, connection: Connection, use: (grant: OAuthGrant) => Promise<RenewedTokens | null>): Promise<void> {
    const { id } = connection;
    for (let before = this.#flights.get(id); before !== undefined; before = this.#flights.get(id)) {
      await before.landed.catch(() => undefined);
    }
    // Not a turn of the event loop from here to the flight.
    const unsaved = this.#unsaved.get(id);
    if (unsaved !== undefined) this.#keep({ ...unsaved, profile });
    const credential = profile.credential(connection);
    const grant = this.#grantOf(profile, connection);
    if (grant === null || credential === null) throw expired(connection);
    const trade = async (): Promise<Credential> => {
      const tokens = await use(grant);
      return tokens === null ? credential : this.#keep({ profile, connection, tokens });
    };
    await this.#board({ profile, connection, isRefused: false }, trade()).landed;
  }

  /** Before a profile (null: every one) is closed: what a server is about to send must still find its way to the disk. */
  async settle(profile: string | null): Promise<void> {
    const isMeant = (name: string): boolean => profile === null || name === profile;
    const flights = this.#flights.all().filter((flight) => isMeant(flight.profile));
    await Promise.allSettled(flights.map(({ landed }) => landed));
    for (const unsaved of this.#unsaved.values()) {
      // If the disk does not take it now either, it is kept for when the profile is opened again.
      if (isMeant(unsaved.profile.name)) await Promise.allSettled([this.#save(unsaved)]);
    }
  }

  #leftMs(profile: UnlockedProfile, connection: Connection, expiresAtMs: number): number {
    const obtainedAtMs = (): number => profile.store.connections.grant(connection)?.obtainedAtMs ?? 0;
    return this.#lives.leftMs(connection.id, { expiresAtMs, obtainedAtMs });
  }

  /** null: there is nothing to renew with. */
  #grantOf(profile: UnlockedProfile, connection: Connection): OAuthGrant | null {
    const grant = this.#over.has(connection.id) ? null : profile.store.connections.grant(connection);
    return grant !== null && canObtain(grant) ? grant : null;
  }

  #fly(renewal: Renewal): Flight {
    return this.#board(renewal, this.#renew(renewal));
  }

  #board({ profile, connection, isRefused }: Omit<Renewal, "credential" | "grant">, renewal: Promise<Credential>): Flight {
    return this.#flights.board(connection.id, renewal, { profile: profile.name, isRefused });
  }

  async #renew(renewal: Renewal): Promise<Credential> {
    const { profile, connection } = renewal;
    let tokens: RenewedTokens;
    try {
      tokens = await this.#obtain(renewal);
    } catch (error) {
      return this.#fail(renewal, toKeywardError(error));
    }
    return this.#save({ profile, connection, tokens });
  }

  /** An answer that got lost may have been the new tokens: one more question at once, while a server that allows for that still does. */
  async #obtain({ profile, connection, grant }: Renewal): Promise<RenewedTokens> {
    const askedSteadyMs = this.#parts.steadyMs();
    let current = grant;
    const keep = (source: GrantSource): void => {
      current = { ...current, source };
      const { obtainedAtMs } = grant;
      profile.store.connections.renew(connection.id, { accessToken: null, refreshToken: null, expiresAtMs: null, obtainedAtMs, source });
    };
    const ask = async (): Promise<RenewedTokens> => {
      const tokens = await obtainTokens(connection, current, { ...this.#parts, keep });
      const { expiresAtMs, obtainedAtMs } = tokens;
      if (expiresAtMs !== null) this.#lives.began(connection.id, { expiresAtMs, askedAtMs: obtainedAtMs, askedSteadyMs });
      return tokens;
    };
    return ask().catch((error: unknown) => {
      if (toKeywardError(error).code !== "UPSTREAM_BROKEN") throw error;
      return ask();
    });
  }

  async #save(unsaved: Unsaved): Promise<Credential> {
    return this.#keep(unsaved);
  }

  /** Without a turn of the event loop. */
  #keep(unsaved: Unsaved): Credential {
    const { profile, connection, tokens } = unsaved;
    this.#unsaved.set(connection.id, unsaved);
    const isStored = profile.store.connections.renew(connection.id, tokens);
    this.#unsaved.delete(connection.id);
    this.#pauses.succeeded(connection.id);
    profile.changed();
    this.#parts.log.info("token renewed", { provider: connection.provider, connection: connection.name });
    const stored = isStored ? profile.credential(connection) : null;
    // Logged out, or in again, while the server answered.
    if (stored === null) throw expired(connection);
    return stored;
  }

  #fail(renewal: Renewal, error: KeywardError): Credential {
    const { connection, grant } = renewal;
    this.#parts.log.warn("token not renewed", { provider: connection.provider, connection: connection.name, code: error.code });
    if (error.code === "OAUTH_GRANT" && grant.refreshToken !== null) return this.#end(renewal);
    if (!error.code.startsWith("OAUTH_") && !error.code.startsWith("UPSTREAM_") && error.code !== "TARGET_FORBIDDEN") throw error;
    this.#pauses.failed(connection.id, error, askedPauseMs(error));
    return this.#lastResort(renewal, error);
  }

  /** The refresh token is forgotten, so the server is not asked again; the access token is used to its end, unless that was refused too. */
  #end(renewal: Renewal): Credential {
    const { profile, connection, credential, grant, isRefused } = renewal;
    this.#over.add(connection.id);
    const expiresAtMs = isRefused ? this.#parts.clock.nowMs() : null;
    profile.store.connections.renew(connection.id, {
      accessToken: null,
      refreshToken: null,
      expiresAtMs,
      obtainedAtMs: grant.obtainedAtMs,
    });
    profile.changed();
    if (isRefused) throw expired(connection);
    return this.#lastResort({ ...renewal, credential }, expired(connection));
  }

  /** While the server cannot be asked, a token that has not ended yet is better than none. */
  #lastResort({ profile, connection, credential }: Renewal, error: KeywardError): Credential {
    const { expiresAtMs } = credential;
    if (expiresAtMs === null || this.#leftMs(profile, connection, expiresAtMs) > 0) return credential;
    throw error;
  }
}

/** A failure of another kind leaves the request with the answer it has. */
function keepOnly(code: KeywardError["code"]): (error: unknown) => null {
  return (error) => {
    if (toKeywardError(error).code === code) throw error;
    return null;
  };
}

function isSame(one: Credential, other: Credential): boolean {
  if (one.connectionId !== other.connectionId) return false;
  return Object.entries(one.fields).every(([field, secret]) => other.fields[field]?.equals(secret) === true);
}

function askedPauseMs({ detail }: KeywardError): number {
  const askedS = detail?.["retryAfterS"];
  return typeof askedS === "number" ? askedS * 1_000 : 0;
}
