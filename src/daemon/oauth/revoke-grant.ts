// Ends a connection's OAuth access at the provider (RFC 7009), where the provider has a way to.
// In: the stored grant and the access token. Out: whether it was ended; false = there is no way. A provider that could not be asked is an
// error, and then the connection must be kept: the token may still be good (§2.2.1), and only what is stored can end it.
import type { Connection } from "../../core/connection.ts";
import { describeConnection } from "../../core/connection.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { type Revocation, revokeToken } from "../../oauth/revoke-token.ts";
import type { OAuthSend } from "../../oauth/send.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { again } from "./again.ts";
import { storedEndpoints } from "./find-endpoints.ts";
import type { Freshness } from "./freshness.ts";

export interface RevokePorts {
  readonly send: OAuthSend;
  readonly freshness: Pick<Freshness, "settle">;
}

/** @throws OAUTH_*, UPSTREAM_*, TARGET_FORBIDDEN */
export async function revokeGrant(profile: UnlockedProfile, connection: Connection, { send, freshness }: RevokePorts): Promise<boolean> {
  // A token that is being renewed is about to be another one.
  await freshness.settle(profile.name);
  const grant = profile.store.connections.grant(connection);
  if (grant === null || grant.revocationUrl === null) return false;
  const asking = {
    endpoints: storedEndpoints(grant),
    client: { id: grant.clientId, secret: grant.clientSecret, auth: grant.clientAuth },
    context: { name: connection.provider, again: again(connection) },
  };
  const ask = async (token: Secret, kind: Revocation["kind"]): Promise<boolean> =>
    (await revokeToken({ ...asking, token, kind }, send)) === "ended";
  const access = profile.credential(connection)?.fields[grant.field];
  try {
    // With the refresh token the server ends all that was granted with it (§2.1).
    if (grant.refreshToken !== null && (await ask(grant.refreshToken, "refresh_token"))) return true;
    const isEnded = access !== undefined && (await ask(access, "access_token"));
    return isEnded && grant.refreshToken === null;
  } catch (error) {
    throw kept(connection, toKeywardError(error));
  }
}

function kept(connection: Connection, { code, message, detail, cause }: KeywardError): KeywardError {
  const { provider } = connection;
  return new KeywardError(code, `${describeConnection(connection)} was not ended at the provider, so it is kept: ${message}`, {
    hint: `try again: keyward revoke ${provider}; or remove it here alone: keyward revoke ${provider} --local`,
    detail,
    cause,
  });
}
