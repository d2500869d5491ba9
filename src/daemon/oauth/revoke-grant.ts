// Ends a connection's OAuth access at the provider, where the provider has a way to.
// In: the stored grant and the access token. Out: whether it was ended. A failure is logged, and the connection is removed all the same.
import type { Connection } from "../../core/connection.ts";
import { toKeywardError } from "../../core/errors.ts";
import { revokeToken } from "../../oauth/revoke-token.ts";
import type { OAuthSend } from "../../oauth/send.ts";
import type { DaemonLog } from "../log.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { storedEndpoints } from "./find-endpoints.ts";
import { again } from "./again.ts";

export async function revokeGrant(
  profile: UnlockedProfile,
  connection: Connection,
  { send, log }: { readonly send: OAuthSend; readonly log: Pick<DaemonLog, "warn"> },
): Promise<boolean> {
  const grant = profile.store.connections.grant(connection);
  if (grant === null || grant.revocationUrl === null) return false;
  const access = profile.credential(connection)?.fields[grant.field];
  const { refreshToken } = grant;
  const token = refreshToken ?? access;
  if (token === undefined) return false;
  const revocation = {
    endpoints: storedEndpoints(grant),
    client: { id: grant.clientId, secret: grant.clientSecret, auth: grant.clientAuth },
    context: { name: connection.provider, again: again(connection) },
    token,
    kind: refreshToken === null ? ("access_token" as const) : ("refresh_token" as const),
  };
  try {
    await revokeToken(revocation, send);
    return true;
  } catch (error) {
    log.warn("access not ended at the provider", { provider: connection.provider, code: toKeywardError(error).code });
    return false;
  }
}
