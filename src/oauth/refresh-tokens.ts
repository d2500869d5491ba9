// Trades a refresh token for new tokens (RFC 6749 §6). One request and no second try: whoever calls it decides when to ask again,
// since a server that rotates takes a token sent twice for a stolen one.
import * as oauth from "oauth4webapi";
import type { Clock } from "../core/clock.ts";
import type { Secret } from "../core/secret.ts";
import { type OAuthClient, type OAuthEndpoints, resourceOf, toClientAuth, toServer } from "./endpoints.ts";
import { oauthError, type OAuthContext } from "./oauth-error.ts";
import { asFetch, type OAuthSend } from "./send.ts";
import { type TokenSet, toTokenSet } from "./token-set.ts";

export interface Refresh {
  readonly endpoints: OAuthEndpoints;
  readonly client: OAuthClient;
  readonly refreshToken: Secret;
  readonly context: OAuthContext;
}

/** @throws OAUTH_GRANT when the login has to be done again; OAUTH_*, UPSTREAM_* */
export async function refreshTokens(
  { endpoints, client, refreshToken, context }: Refresh,
  { send, clock }: { readonly send: OAuthSend; readonly clock: Clock },
): Promise<TokenSet> {
  const { dialect, tokenUrl } = endpoints;
  // Figma trades refresh tokens at an address of its own.
  const server = toServer({ ...endpoints, tokenUrl: dialect?.refreshUrl ?? tokenUrl });
  const library = { client_id: client.id };
  const askedAtMs = clock.nowMs();
  try {
    const response = await oauth.refreshTokenGrantRequest(server, library, toClientAuth(client), refreshToken.reveal(), {
      [oauth.customFetch]: asFetch(send, endpoints.dialect),
      additionalParameters: resourceOf(endpoints),
    });
    return toTokenSet(await oauth.processRefreshTokenResponse(server, library, response), askedAtMs, endpoints.dialect);
  } catch (error) {
    throw oauthError(error, context);
  }
}
