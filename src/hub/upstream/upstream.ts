// The OpenID provider a hub lets its people sign in at: authorization code with PKCE, state and nonce, and who came back.
// In: the issuer and this hub's client there. Out: an address to send a browser to, later an identity. Every check that OpenID Connect
// Core §3.1.3.7 and RFC 9207 ask for is oauth4webapi's; nothing of an answer gets into an error or a log.
import * as oauth from "oauth4webapi";
import { KeywardError, systemCode } from "../../core/errors.ts";

export interface UpstreamOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client. */
  readonly clientSecret: string | null;
}

/** What a browser's sign-in has to come back with. Sealed between the two requests. */
export interface UpstreamTrip {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface Identity {
  /** `issuer|sub`. */
  readonly subject: string;
  /** Null unless the provider says that it has verified it. */
  readonly email: string | null;
  readonly name: string | null;
}

export interface Upstream {
  /** What the button says. */
  readonly label: string;
  /** @throws HUB_UPSTREAM */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly trip: UpstreamTrip }>;
  /** @throws HUB_UPSTREAM when the provider is away, HUB_FORBIDDEN when what came back is not an answer to this trip */
  finish(trip: UpstreamTrip, arrived: { readonly url: URL; readonly redirectUri: string }): Promise<Identity>;
}

const TIMEOUT_MS = 10_000;
/** Endpoints change rarely, keys are looked up by id. */
const METADATA_MS = 3_600_000;
const SCOPE = "openid email profile";

export function createUpstream({ issuer, clientId, clientSecret }: UpstreamOptions): Upstream {
  const issuerUrl = new URL(issuer);
  const options = { [oauth.allowInsecureRequests]: isLoopback(issuerUrl), signal: () => AbortSignal.timeout(TIMEOUT_MS) };
  const client: oauth.Client = { client_id: clientId };
  const authentication = clientSecret === null ? oauth.None() : oauth.ClientSecretPost(clientSecret);
  let known: { readonly server: oauth.AuthorizationServer; readonly untilMs: number } | undefined;
  const discover = async (): Promise<oauth.AuthorizationServer> => {
    if (known !== undefined && known.untilMs > Date.now()) return known.server;
    const answer = await oauth.discoveryRequest(issuerUrl, { algorithm: "oidc", ...options });
    known = { server: await oauth.processDiscoveryResponse(issuerUrl, answer), untilMs: Date.now() + METADATA_MS };
    return known.server;
  };
  return {
    label: issuerUrl.host,
    begin: async (redirectUri) => {
      const server = await discover().catch(away);
      if (server.authorization_endpoint === undefined) throw upstreamBroken("names no authorization endpoint");
      const trip = { state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(), verifier: oauth.generateRandomCodeVerifier() };
      return { url: await authorizationUrl(server.authorization_endpoint, trip, { clientId, redirectUri }), trip };
    },
    finish: async (trip, { url, redirectUri }) => {
      const server = await discover().catch(away);
      const callback = readCallback(() => oauth.validateAuthResponse(server, client, url, trip.state));
      try {
        const answer = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          authentication,
          callback,
          redirectUri,
          trip.verifier,
          options,
        );
        const expected = { expectedNonce: trip.nonce, requireIdToken: true };
        const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, expected);
        await oauth.validateApplicationLevelSignature(server, answer, options);
        const claims = oauth.getValidatedIdTokenClaims(tokens);
        if (claims === undefined) throw upstreamBroken("gave no ID token");
        const more = await readUserInfo({ server, client, options }, { tokens, claims });
        return identityOf(issuerUrl, { ...claims, ...more });
      } catch (error) {
        throw refusal(error);
      }
    },
  };
}

/** OpenID Connect Core §3.1.2.1, with PKCE (RFC 7636). */
async function authorizationUrl(
  endpoint: string,
  trip: { readonly state: string; readonly nonce: string; readonly verifier: string },
  { clientId, redirectUri }: { readonly clientId: string; readonly redirectUri: string },
): Promise<string> {
  const url = new URL(endpoint);
  const parameters = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: SCOPE,
    state: trip.state,
    nonce: trip.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(trip.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

interface Asking {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly options: object;
}

interface Granted {
  readonly tokens: oauth.TokenEndpointResponse;
  readonly claims: oauth.IDToken;
}

/** The address is in the ID token, or has to be asked for (OpenID Connect Core §5.4). */
async function readUserInfo({ server, client, options }: Asking, { tokens, claims }: Granted): Promise<object> {
  if (claims["email"] !== undefined || server.userinfo_endpoint === undefined) return {};
  const answer = await oauth.userInfoRequest(server, client, tokens.access_token, options);
  return await oauth.processUserInfoResponse(server, client, claims.sub, answer);
}

function identityOf(issuer: URL, claims: { readonly sub: string } & Readonly<Record<string, unknown>>): Identity {
  const { sub, email, email_verified: isVerified, name } = claims;
  return {
    subject: `${issuer.href.replace(/\/$/, "")}|${sub}`,
    email: typeof email === "string" && isVerified === true ? email : null,
    name: typeof name === "string" && name.trim() !== "" ? name.trim().slice(0, 100) : null,
  };
}

function readCallback(read: () => URLSearchParams): URLSearchParams {
  try {
    return read();
  } catch (error) {
    const word = error instanceof oauth.AuthorizationResponseError ? ` (${error.error.replaceAll(/[^\w]/g, "").slice(0, 40)})` : "";
    throw new KeywardError("HUB_FORBIDDEN", `the sign-in did not come back as it was sent${word}`, { hint: "open /sign-in and try again" });
  }
}

function away(error: unknown): never {
  throw refusal(error);
}

function refusal(error: unknown): KeywardError {
  if (error instanceof KeywardError) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  const reason = systemCode(error) ?? systemCode(cause) ?? "unknown reason";
  if (error instanceof oauth.ResponseBodyError) return upstreamBroken(`refused (${error.error.replaceAll(/[^\w]/g, "").slice(0, 40)})`);
  return upstreamBroken(`does not answer as it should (${reason})`);
}

function upstreamBroken(what: string): KeywardError {
  return new KeywardError("HUB_UPSTREAM", `the sign-in provider ${what}`, { hint: "try again, or ask whoever runs this hub" });
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && (hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname));
}
