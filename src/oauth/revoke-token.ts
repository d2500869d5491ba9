// Ends a grant at its server (RFC 7009). A token the server does not know counts as ended (§2.2).
// In: endpoints with a revocation address, the client, the token. Out: nothing, or why it may still be valid.
import * as oauth from "oauth4webapi";
import type { Secret } from "../core/secret.ts";
import { type OAuthClient, type OAuthEndpoints, toClientAuth, toServer } from "./endpoints.ts";
import { oauthError, type OAuthContext } from "./oauth-error.ts";
import { asFetch, type OAuthSend } from "./send.ts";

export interface Revocation {
  readonly endpoints: OAuthEndpoints;
  readonly client: OAuthClient;
  readonly token: Secret;
  readonly kind: "refresh_token" | "access_token";
  readonly context: OAuthContext;
}

/** @throws OAUTH_*, UPSTREAM_* */
export async function revokeToken({ endpoints, client, token, kind, context }: Revocation, send: OAuthSend): Promise<void> {
  try {
    const response = await oauth.revocationRequest(toServer(endpoints), { client_id: client.id }, toClientAuth(client), token.reveal(), {
      additionalParameters: { token_type_hint: kind },
      [oauth.customFetch]: asFetch(send),
    });
    // 204 is how some servers say that there is nothing to say.
    if (response.status !== 204) await oauth.processRevocationResponse(response);
  } catch (error) {
    throw oauthError(error, context);
  }
}
