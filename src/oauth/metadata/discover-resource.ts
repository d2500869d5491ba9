// Asks an API which authorization server gives tokens for it (RFC 9728), as MCP servers want it.
// In: the API's address and the hosts its authorization server may be on. Out: an issuer, to be discovered next. Where there is no
// such document the API is its own authorization server, as before that RFC. A document about another API is refused.
import * as oauth from "oauth4webapi";
import { badAnswer, oauthError, type OAuthContext } from "../oauth-error.ts";
import { asFetch, type OAuthSend } from "../send.ts";

export interface ResourceDiscovery {
  readonly resource: string;
  /** Beside the API's own host. */
  readonly hosts: readonly string[];
  readonly context: OAuthContext;
}

/** @throws OAUTH_ANSWER, OAUTH_BUSY, UPSTREAM_* */
export async function discoverIssuer({ resource, hosts, context }: ResourceDiscovery, send: OAuthSend): Promise<string> {
  const { origin, host } = new URL(resource);
  const issuers = (await ask(resource, send, context)) ?? (await ask(origin, send, context)) ?? [origin];
  const [issuer] = issuers;
  const url = issuer !== undefined && URL.canParse(issuer) ? new URL(issuer) : null;
  if (issuer === undefined || url === null || url.protocol !== "https:" || url.username !== "" || url.password !== "")
    throw badAnswer(host, "names no authorization server with a plain https address");
  if (url.host !== host && !hosts.includes(url.host)) throw badAnswer(host, "names an authorization server on a host that is not its own");
  return issuer;
}

/** null when there is no such document. */
async function ask(resource: string, send: OAuthSend, context: OAuthContext): Promise<readonly string[] | null> {
  const identifier = new URL(resource);
  try {
    const response = await oauth.resourceDiscoveryRequest(identifier, { [oauth.customFetch]: asFetch(send) });
    if (response.status !== 200) return null;
    const { authorization_servers: servers } = await oauth.processResourceDiscoveryResponse(identifier, response);
    return Array.isArray(servers) ? servers.filter((server) => typeof server === "string") : null;
  } catch (error) {
    if (isAboutAnother(error)) throw badAnswer(identifier.host, "says that it is another API");
    const known = oauthError(error, context);
    // A page instead of a document is no document.
    if (known.code === "OAUTH_ANSWER") return null;
    throw known;
  }
}

function isAboutAnother(error: unknown): boolean {
  return error instanceof oauth.OperationProcessingError && error.code === oauth.JSON_ATTRIBUTE_COMPARISON;
}
