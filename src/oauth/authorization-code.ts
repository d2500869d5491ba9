// The authorization code flow with PKCE S256 (RFC 6749 §4.1, RFC 7636): the address to open, then the code turned into tokens.
// In: endpoints, client, scopes, the redirect address. Out: tokens. State and verifier live in one object and serve once.
import * as oauth from "oauth4webapi";
import type { Clock } from "../core/clock.ts";
import { KeywardError } from "../core/errors.ts";
import { checkIdToken } from "./answer/check-id-token.ts";
import { type OAuthClient, type OAuthEndpoints, resourceOf, toClientAuth, toServer } from "./endpoints.ts";
import { oauthError, type OAuthContext } from "./oauth-error.ts";
import { asFetch, type OAuthSend } from "./send.ts";
import { type TokenSet, toTokenSet } from "./token-set.ts";

export interface AuthorizationRequest {
  readonly endpoints: OAuthEndpoints;
  readonly client: OAuthClient;
  readonly scopes: readonly string[];
  /** What the provider puts between scopes: RFC 6749 says a space. */
  readonly scopeSeparator: string;
  readonly redirectUri: string;
  /** false for a server that refuses the parameters. */
  readonly pkce: boolean;
  /** false for a server whose ID tokens carry none. */
  readonly nonce?: boolean;
  /** Parameters of the provider's own: `access_type=offline`. */
  readonly extra: Readonly<Record<string, string>>;
  readonly context: OAuthContext;
}

export interface PreparedAuthorization {
  readonly url: string;
  /** What the answer has to carry. */
  readonly state: string;
  /** Once; a second call is refused. @throws OAUTH_* */
  redeem(query: URLSearchParams, ports: { readonly send: OAuthSend; readonly clock: Clock }): Promise<TokenSet>;
}

/** @throws OAUTH_UNSUPPORTED */
export async function prepareAuthorization(request: AuthorizationRequest): Promise<PreparedAuthorization> {
  const { endpoints, client, scopes, redirectUri, context } = request;
  if (endpoints.authorizationUrl === null)
    throw new KeywardError("OAUTH_UNSUPPORTED", `${context.name} has no login in the browser`, { hint: `${context.again} --flow device` });
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(endpoints.authorizationUrl);
  for (const [name, value] of Object.entries(request.extra)) url.searchParams.set(name, value);
  url.searchParams.set("response_type", "code");
  url.searchParams.set("client_id", client.id);
  url.searchParams.set("redirect_uri", redirectUri);
  url.searchParams.set("state", state);
  // Single-use like the state; only OpenID Connect has an ID token to carry it back.
  const nonce = scopes.includes("openid") && request.nonce !== false ? oauth.generateRandomNonce() : null;
  if (nonce !== null) url.searchParams.set("nonce", nonce);
  for (const [name, value] of Object.entries(resourceOf(endpoints))) url.searchParams.set(name, value);
  if (scopes.length > 0) url.searchParams.set("scope", scopes.join(request.scopeSeparator));
  if (request.pkce) {
    url.searchParams.set("code_challenge", await oauth.calculatePKCECodeChallenge(verifier));
    url.searchParams.set("code_challenge_method", "S256");
  }
  let isUsed = false;
  return {
    url: url.href,
    state,
    redeem: async (query, ports) => {
      if (isUsed) throw mismatch(context);
      isUsed = true;
      return redeem({ ...request, query, state, sentNonce: nonce, verifier: request.pkce ? verifier : oauth.nopkce }, ports);
    },
  };
}

async function redeem(
  request: AuthorizationRequest & {
    readonly query: URLSearchParams;
    readonly state: string;
    readonly sentNonce: string | null;
    readonly verifier: string | typeof oauth.nopkce;
  },
  { send, clock }: { readonly send: OAuthSend; readonly clock: Clock },
): Promise<TokenSet> {
  const { endpoints, client, redirectUri, context, state, verifier } = request;
  const query = new URLSearchParams(request.query);
  // Nothing to compare it with (RFC 9207 §2.4 asks only those who know the issuer).
  if (endpoints.issuer === null) query.delete("iss");
  // Before anything else of it is believed, an error included: a forged answer must not even be able to say "denied".
  if (query.getAll("state").length !== 1 || query.get("state") !== state) throw mismatch(context);
  const server = toServer(endpoints);
  const library = { client_id: client.id };
  const askedAtMs = clock.nowMs();
  try {
    const parameters = oauth.validateAuthResponse(server, library, query, state);
    const response = await oauth.authorizationCodeGrantRequest(server, library, toClientAuth(client), parameters, redirectUri, verifier, {
      [oauth.customFetch]: asFetch(send, endpoints.dialect),
      additionalParameters: resourceOf(endpoints),
    });
    const answer = await oauth.processAuthorizationCodeResponse(server, library, response);
    checkIdToken(answer, { nonce: request.sentNonce, clientId: client.id, issuer: endpoints.issuer, context });
    return toTokenSet(answer, askedAtMs, endpoints.dialect);
  } catch (error) {
    if (isIssuerMismatch(error, query, endpoints)) throw mismatch(context);
    throw oauthError(error, context);
  }
}

function isIssuerMismatch(error: unknown, query: URLSearchParams, { issuer, sendsIssuer }: OAuthEndpoints): boolean {
  if (!(error instanceof oauth.OperationProcessingError) || issuer === null) return false;
  const said = query.get("iss");
  return said === null ? sendsIssuer : said !== issuer;
}

function mismatch({ name, again }: OAuthContext): KeywardError {
  return new KeywardError("OAUTH_MISMATCH", `the answer in the browser does not belong to this login at ${name}; nothing was stored`, {
    hint: again,
  });
}
