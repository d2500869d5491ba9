// A token for the client itself, without any person (RFC 6749 §4.4). The same request renews it: there is no refresh token.
// In: endpoints, a client with its secret, scopes. Out: tokens.
import * as oauth from "oauth4webapi";
import type { Clock } from "../core/clock.ts";
import { type OAuthClient, type OAuthEndpoints, resourceOf, toClientAuth, toServer } from "./endpoints.ts";
import { oauthError, type OAuthContext } from "./oauth-error.ts";
import { asFetch, type OAuthSend } from "./send.ts";
import { type TokenSet, toTokenSet } from "./token-set.ts";

export interface ClientGrant {
  readonly endpoints: OAuthEndpoints;
  readonly client: OAuthClient;
  readonly scopes: readonly string[];
  readonly scopeSeparator?: string;
  readonly context: OAuthContext;
}

/** @throws OAUTH_*, UPSTREAM_* */
export async function grantToClient(
  { endpoints, client, scopes, scopeSeparator = " ", context }: ClientGrant,
  { send, clock }: { readonly send: OAuthSend; readonly clock: Clock },
): Promise<TokenSet> {
  const server = toServer(endpoints);
  const library = { client_id: client.id };
  const parameters = { ...resourceOf(endpoints), ...(scopes.length === 0 ? {} : { scope: scopes.join(scopeSeparator) }) };
  const askedAtMs = clock.nowMs();
  try {
    const response = await oauth.clientCredentialsGrantRequest(server, library, toClientAuth(client), parameters, {
      [oauth.customFetch]: asFetch(send, endpoints.dialect),
    });
    const tokens = toTokenSet(await oauth.processClientCredentialsResponse(server, library, response), askedAtMs, endpoints.dialect);
    // RFC 6749 §4.4.3: one should not be there. It would be a second way to renew, which nothing here keeps track of.
    return { ...tokens, refreshToken: null };
  } catch (error) {
    throw oauthError(error, context);
  }
}
