// Trades a refresh token for new tokens (RFC 6749 §6). One request and no second try: whoever calls it decides when to ask again,
// since a server that rotates takes a token sent twice for a stolen one.
import * as oauth from "oauth4webapi";
import type { Clock } from "../core/clock.ts";
import { Secret } from "../core/secret.ts";
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

export interface RefreshPorts {
  readonly send: OAuthSend;
  readonly clock: Clock;
}

/** @throws OAUTH_GRANT when the login has to be done again; OAUTH_*, UPSTREAM_* */
export async function refreshTokens(refresh: Refresh, ports: RefreshPorts): Promise<TokenSet> {
  await rehearse();
  return ask(refresh, ports);
}

let rehearsal: Promise<unknown> | undefined;

/**
 * The first answer that a process reads takes it several milliseconds longer than the others, and a server that rotates has forgotten the
 * old token by then: a process that is killed meanwhile loses the login. So the first one is made up and read before anything is asked.
 */
function rehearse(): Promise<unknown> {
  const address = "https://rehearsal.invalid/token";
  const server = { issuer: null, authorizationUrl: null, deviceAuthorizationUrl: null, revocationUrl: null, registrationUrl: null };
  const refresh = {
    endpoints: { ...server, tokenUrl: address, sendsIssuer: false },
    client: { id: "rehearsal", secret: null, auth: "post" },
    refreshToken: new Secret("rehearsal"),
    context: { name: "rehearsal", again: "" },
  } as const;
  const body = Buffer.from('{"access_token":"rehearsal","token_type":"bearer","expires_in":60,"refresh_token":"rehearsal"}');
  const answer = { status: 200, headers: ["content-type", "application/json"], body, isCut: false };
  rehearsal ??= ask(refresh, { send: () => Promise.resolve(answer), clock: { nowMs: () => 0 } });
  return rehearsal;
}

async function ask({ endpoints, client, refreshToken, context }: Refresh, { send, clock }: RefreshPorts): Promise<TokenSet> {
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
