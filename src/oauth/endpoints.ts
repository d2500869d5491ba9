// Where an authorization server listens and who asks there: the two things every OAuth request needs, and their form for oauth4webapi.
// In: addresses fixed at login, a client id and maybe its secret. Out: the library's own objects. Nothing is sent from here.
import * as oauth from "oauth4webapi";
import type { TokenDialect } from "../core/grant.ts";
import type { Secret } from "../core/secret.ts";

export interface OAuthEndpoints {
  /** RFC 8414; null = not known, then no `iss` can be compared. */
  readonly issuer: string | null;
  readonly authorizationUrl: string | null;
  readonly tokenUrl: string;
  readonly deviceAuthorizationUrl: string | null;
  readonly revocationUrl: string | null;
  readonly registrationUrl: string | null;
  /** The server promises `iss` in its authorization responses (RFC 9207 §3). */
  readonly sendsIssuer: boolean;
  /** The API that tokens are for; absent = the server is not told (RFC 8707). */
  readonly resource?: string | undefined;
  /** How the token endpoint wants to be asked; absent = as RFC 6749 says. */
  readonly dialect?: TokenDialect | undefined;
}

/** How a client with a secret shows it at the token endpoint (RFC 6749 §2.3.1). */
export type ClientAuthMethod = "post" | "basic";

export interface OAuthClient {
  readonly id: string;
  /** null = a public client. */
  readonly secret: Secret | null;
  readonly auth: ClientAuthMethod;
}

export function toServer(endpoints: OAuthEndpoints): oauth.AuthorizationServer {
  const { issuer, authorizationUrl, tokenUrl, deviceAuthorizationUrl, revocationUrl } = endpoints;
  return {
    issuer: issuer ?? new URL(tokenUrl).origin,
    token_endpoint: tokenUrl,
    authorization_response_iss_parameter_supported: issuer !== null && endpoints.sendsIssuer,
    ...(authorizationUrl === null ? {} : { authorization_endpoint: authorizationUrl }),
    ...(deviceAuthorizationUrl === null ? {} : { device_authorization_endpoint: deviceAuthorizationUrl }),
    ...(revocationUrl === null ? {} : { revocation_endpoint: revocationUrl }),
  };
}

/** Of every request that asks for tokens (RFC 8707 §2). */
export function resourceOf({ resource }: OAuthEndpoints): Record<string, string> {
  return resource === undefined ? {} : { resource };
}

export function toClientAuth({ secret, auth }: OAuthClient): oauth.ClientAuth {
  if (secret === null) return oauth.None();
  if (secret.length === 0) return emptySecret;
  return auth === "basic" ? oauth.ClientSecretBasic(secret.reveal()) : oauth.ClientSecretPost(secret.reveal());
}

/** Reddit wants to see that an installed app has no secret, which the library takes for a mistake. */
// oxlint-disable-next-line max-params -- the library's signature
const emptySecret: oauth.ClientAuth = (_server, { client_id: id }, _body, headers) => {
  headers.set("authorization", `Basic ${Buffer.from(`${encodeURIComponent(id)}:`).toString("base64")}`);
};
