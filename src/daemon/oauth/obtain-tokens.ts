// The next tokens of a grant, however it gets them: the one place that knows the ways. One question to the server, no second try.
// In: a connection and its grant. Out: what to store. Nothing is stored here.
import type { Clock } from "../../core/clock.ts";
import type { Connection } from "../../core/connection.ts";
import type { GrantSource } from "../../core/grant.ts";
import { grantToClient } from "../../oauth/client-credentials.ts";
import { refreshTokens } from "../../oauth/refresh-tokens.ts";
import type { OAuthSend } from "../../oauth/send.ts";
import type { OAuthGrant, RenewedTokens } from "../../store/profile-store.ts";
import { again, expired } from "./again.ts";
import { storedEndpoints } from "./find-endpoints.ts";
import { obtainComputed } from "./obtain-computed.ts";

export interface ObtainPorts {
  readonly send: OAuthSend;
  readonly clock: Clock;
  /** A source of computed credentials that has changed must be on the disk before it is used. */
  readonly keep?: (source: GrantSource) => void;
}

/** Whether there is anything to get new tokens with, without a person. */
export function canObtain(grant: OAuthGrant): boolean {
  return grant.refreshToken !== null || grant.renewal === "client_credentials" || grant.source !== undefined;
}

/** @throws OAUTH_GRANT when the login has to be done again; OAUTH_*, UPSTREAM_* */
export async function obtainTokens(connection: Connection, grant: OAuthGrant, ports: ObtainPorts): Promise<RenewedTokens> {
  const { source } = grant;
  if (source !== undefined) return obtainComputed(connection, { grant, source }, ports);
  const obtainedAtMs = ports.clock.nowMs();
  const asking = {
    endpoints: storedEndpoints(grant),
    client: { id: grant.clientId, secret: grant.clientSecret, auth: grant.clientAuth },
    context: { name: connection.provider, again: again(connection) },
  };
  if (grant.renewal === "client_credentials") return { ...(await grantToClient({ ...asking, scopes: grant.scopes }, ports)), obtainedAtMs };
  if (grant.refreshToken === null) throw expired(connection);
  const tokens = await refreshTokens({ ...asking, refreshToken: grant.refreshToken }, ports);
  // A server that does not rotate sends no refresh token: the old one goes on (RFC 6749 §6).
  return { ...tokens, refreshToken: tokens.refreshToken ?? grant.refreshToken, obtainedAtMs };
}
