// Keeps OAuth connections usable: renews an access token before it ends, once for everybody who asks at the same time.
// In: a connection whose credential is about to end. Out: one that holds. One daemon serves a home, so its map of flights is the
// single flight of all runs. What a server sent is on the disk before anybody gets it; a refresh token it refused is forgotten.
import type { Clock } from "../../core/clock.ts";
import { type Connection, type Credential, describeConnection } from "../../core/connection.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import { refreshTokens } from "../../oauth/refresh-tokens.ts";
import type { OAuthSend } from "../../oauth/send.ts";
import type { OAuthGrant } from "../../store/profile-store.ts";
import type { DaemonLog } from "../log.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { storedEndpoints } from "./find-endpoints.ts";

export interface FreshnessParts {
  readonly clock: Clock;
  readonly send: OAuthSend;
  readonly log: Pick<DaemonLog, "info" | "warn">;
}

/** A token is renewed when it has less than this left, so that it never leaves with less than a minute. */
const RENEW_BEFORE_MS = 90_000;
/** One that lives shorter than twice that is used for half its life: or every request would renew it. */
const SHORT_LIFE_SHARE = 0.5;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

interface Pause {
  readonly untilMs: number;
  readonly lengthMs: number;
  readonly error: KeywardError;
}

export class Freshness {
  readonly #parts: FreshnessParts;
  /** By the login's id, as are pauses: a new login begins anew. */
  readonly #flights = new Map<string, Promise<Credential>>();
  readonly #pauses = new Map<string, Pause>();

  constructor(parts: FreshnessParts) {
    this.#parts = parts;
  }

  /** The credential itself while it holds. @throws LOGIN_EXPIRED, OAUTH_*, UPSTREAM_*, STORE_* */
  async ensure(profile: UnlockedProfile, connection: Connection, credential: Credential): Promise<Credential> {
    const { expiresAtMs } = credential;
    const nowMs = this.#parts.clock.nowMs();
    if (expiresAtMs === null || expiresAtMs - nowMs >= RENEW_BEFORE_MS) return credential;
    const flight = this.#flights.get(connection.id);
    if (flight !== undefined) return flight;
    const grant = profile.store.connections.grant(connection);
    const lifetimeMs = grant === null ? 0 : expiresAtMs - grant.obtainedAtMs;
    if (grant !== null && expiresAtMs - nowMs >= Math.min(RENEW_BEFORE_MS, lifetimeMs * SHORT_LIFE_SHARE)) return credential;
    if (grant === null || grant.refreshToken === null) {
      if (expiresAtMs > nowMs) return credential;
      throw expired(connection);
    }
    const pause = this.#pauses.get(connection.id);
    if (pause !== undefined && nowMs < pause.untilMs && nowMs >= pause.untilMs - pause.lengthMs)
      return lastResort(credential, pause.error, nowMs);
    const renewal = this.#renew({ profile, connection, credential, grant }).finally(() => this.#flights.delete(connection.id));
    this.#flights.set(connection.id, renewal);
    return renewal;
  }

  async #renew({ profile, connection, credential, grant }: Renewal): Promise<Credential> {
    const { clock, send, log } = this.#parts;
    try {
      const tokens = await refreshTokens(refreshOf(connection, grant), { send, clock });
      const renewed = { ...tokens, refreshToken: tokens.refreshToken ?? grant.refreshToken, obtainedAtMs: clock.nowMs() };
      const isStored = profile.store.connections.renew(connection.id, renewed);
      profile.changed();
      this.#pauses.delete(connection.id);
      log.info("token renewed", { provider: connection.provider, connection: connection.name });
      const stored = isStored ? profile.credential(connection) : null;
      // Logged out, or in again, while the server answered.
      if (stored === null) throw expired(connection);
      return stored;
    } catch (error) {
      return this.#fail({ profile, connection, credential, grant }, toKeywardError(error));
    }
  }

  #fail({ profile, connection, credential, grant }: Renewal, error: KeywardError): Credential {
    const { clock, log } = this.#parts;
    log.warn("token not renewed", { provider: connection.provider, connection: connection.name, code: error.code });
    if (error.code === "OAUTH_GRANT") {
      profile.store.connections.renew(connection.id, {
        accessToken: null,
        refreshToken: null,
        expiresAtMs: null,
        obtainedAtMs: grant.obtainedAtMs,
      });
      throw expired(connection);
    }
    if (!error.code.startsWith("OAUTH_") && !error.code.startsWith("UPSTREAM_") && error.code !== "TARGET_FORBIDDEN") throw error;
    const before = this.#pauses.get(connection.id)?.lengthMs ?? FIRST_PAUSE_MS / 2;
    const lengthMs = Math.min(MAX_PAUSE_MS, before * 2);
    const nowMs = clock.nowMs();
    this.#pauses.set(connection.id, { untilMs: nowMs + lengthMs, lengthMs, error });
    return lastResort(credential, error, nowMs);
  }
}

interface Renewal {
  readonly profile: UnlockedProfile;
  readonly connection: Connection;
  readonly credential: Credential;
  readonly grant: OAuthGrant;
}

function refreshOf(connection: Connection, grant: OAuthGrant): Parameters<typeof refreshTokens>[0] {
  if (grant.refreshToken === null) throw expired(connection);
  return {
    endpoints: storedEndpoints(grant),
    client: { id: grant.clientId, secret: grant.clientSecret, auth: grant.clientAuth },
    refreshToken: grant.refreshToken,
    context: { name: connection.provider, again: again(connection) },
  };
}

/** While the server cannot be asked, a token that has not ended yet is better than none. */
function lastResort(credential: Credential, error: KeywardError, nowMs: number): Credential {
  if (credential.expiresAtMs !== null && credential.expiresAtMs > nowMs) return credential;
  throw error;
}

export function again({ provider, name }: { readonly provider: string; readonly name: string }): string {
  return `keyward login ${provider}${name === "default" ? "" : ` --connection ${name}`} --force`;
}

export function expired(connection: Connection): KeywardError {
  return new KeywardError("LOGIN_EXPIRED", `the credential of ${describeConnection(connection)} has expired`, { hint: again(connection) });
}
