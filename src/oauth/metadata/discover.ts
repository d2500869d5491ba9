// Asks an issuer for its addresses (RFC 8414; OpenID Connect's document where there is none) and believes only what fits the issuer.
// In: the issuer and the hosts its endpoints may be on. Out: the endpoints. A changed issuer or an unknown host is refused.
import * as oauth from "oauth4webapi";
import { KeywardError } from "../../core/errors.ts";
import type { OAuthEndpoints } from "../endpoints.ts";
import { badAnswer, oauthError, type OAuthContext } from "../oauth-error.ts";
import { asFetch, type OAuthSend } from "../send.ts";

export interface Discovery {
  readonly issuer: string;
  /** Beside the issuer's own host. */
  readonly hosts: readonly string[];
  readonly context: OAuthContext;
}

/** @throws OAUTH_ANSWER, OAUTH_BUSY, UPSTREAM_* */
export async function discover({ issuer, hosts, context }: Discovery, send: OAuthSend): Promise<OAuthEndpoints> {
  const identifier = new URL(issuer);
  const found = (await ask(identifier, "oauth2", { send, context })) ?? (await ask(identifier, "oidc", { send, context }));
  if (found === null) throw badAnswer(identifier.host, "does not tell its OAuth addresses");
  if (found.issuer !== issuer) throw badAnswer(identifier.host, "says that it is another issuer");
  const allowed = new Set([identifier.host, ...hosts]);
  const checked = (url: string | undefined): string | null => (url === undefined ? null : checkEndpoint(url, identifier.host, allowed));
  const tokenUrl = checked(found.token_endpoint);
  if (tokenUrl === null) throw badAnswer(identifier.host, "names no token endpoint");
  return {
    issuer,
    tokenUrl,
    authorizationUrl: checked(found.authorization_endpoint),
    deviceAuthorizationUrl: checked(found.device_authorization_endpoint),
    revocationUrl: checked(found.revocation_endpoint),
    registrationUrl: checked(found.registration_endpoint),
    sendsIssuer: found.authorization_response_iss_parameter_supported === true,
  };
}

/** null when this server has no such document. */
async function ask(
  issuer: URL,
  algorithm: "oauth2" | "oidc",
  { send, context }: { readonly send: OAuthSend; readonly context: OAuthContext },
): Promise<oauth.AuthorizationServer | null> {
  try {
    const response = await oauth.discoveryRequest(issuer, { algorithm, [oauth.customFetch]: asFetch(send) });
    if (response.status !== 200) return null;
    return await oauth.processDiscoveryResponse(issuer, response);
  } catch (error) {
    if (error instanceof oauth.OperationProcessingError && error.code === oauth.JSON_ATTRIBUTE_COMPARISON)
      throw badAnswer(issuer.host, "says that it is another issuer");
    const known = oauthError(error, context);
    // A page instead of a document: the other place may have one. What is no answer at all is not asked twice.
    if (algorithm === "oauth2" && known.code === "OAUTH_ANSWER" && error instanceof KeywardError) return null;
    throw known;
  }
}

function checkEndpoint(text: string, issuerHost: string, allowed: ReadonlySet<string>): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.protocol !== "https:" || url.username !== "" || url.password !== "")
    throw badAnswer(issuerHost, "names an endpoint that is not a plain https address");
  if (!allowed.has(url.host)) throw badAnswer(issuerHost, "names an endpoint on a host that is not its own");
  return text;
}
