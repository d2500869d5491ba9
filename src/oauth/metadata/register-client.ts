// Registers keyward as a client of its own (RFC 7591), where a server lets anybody: then nobody has to make one by hand.
// In: the server, the redirect address, scopes. Out: a public client, or one with the secret the server gave it.
import * as oauth from "oauth4webapi";
import { Secret } from "../../core/secret.ts";
import { type OAuthClient, type OAuthEndpoints, toServer } from "../endpoints.ts";
import { oauthError, type OAuthContext } from "../oauth-error.ts";
import { asFetch, type OAuthSend } from "../send.ts";

const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

export interface Registration {
  readonly endpoints: OAuthEndpoints & { readonly registrationUrl: string };
  readonly redirectUri: string | null;
  readonly scopes: readonly string[];
  readonly context: OAuthContext;
}

/** @throws OAUTH_*, UPSTREAM_* */
export async function registerClient({ endpoints, redirectUri, scopes, context }: Registration, send: OAuthSend): Promise<OAuthClient> {
  const server = { ...toServer(endpoints), registration_endpoint: endpoints.registrationUrl };
  const metadata = {
    client_name: "keyward",
    application_type: "native",
    token_endpoint_auth_method: "none",
    grant_types: [redirectUri === null ? DEVICE_GRANT : "authorization_code", "refresh_token"],
    response_types: redirectUri === null ? [] : ["code"],
    redirect_uris: redirectUri === null ? [] : [redirectUri],
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
  };
  try {
    const response = await oauth.dynamicClientRegistrationRequest(server, metadata, { [oauth.customFetch]: asFetch(send) });
    const client = await oauth.processDynamicClientRegistrationResponse(response);
    const secret = client["client_secret"];
    const auth = client["token_endpoint_auth_method"] === "client_secret_basic" ? "basic" : "post";
    return { id: client.client_id, secret: typeof secret === "string" ? new Secret(secret) : null, auth };
  } catch (error) {
    throw oauthError(error, context);
  }
}
