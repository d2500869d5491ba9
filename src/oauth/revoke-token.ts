// Ends a grant at its server (RFC 7009). A token the server does not know counts as ended (§2.2).
// In: endpoints with a revocation address, the client, the token. Out: nothing, or why it may still be valid.
import * as oauth from "oauth4webapi";
import type { Secret } from "../core/secret.ts";
import { type OAuthClient, type OAuthEndpoints, toClientAuth, toServer } from "./endpoints.ts";
import { oauthError, type OAuthContext, serverErrorOf } from "./oauth-error.ts";
import { asFetch, type OAuthSend } from "./send.ts";

export interface Revocation {
  readonly endpoints: OAuthEndpoints;
  readonly client: OAuthClient;
  readonly token: Secret;
  readonly kind: "refresh_token" | "access_token";
  readonly context: OAuthContext;
}

/** What is already over, as servers that do not follow §2.2 say it. */
const OVER = new Set(["invalid_token", "invalid_grant", "token_expired", "token_revoked"]);

/** "unsupported": the server has no way to end a token of this kind (§2.2.1). @throws OAUTH_*, UPSTREAM_* */
export async function revokeToken(
  { endpoints, client, token, kind, context }: Revocation,
  send: OAuthSend,
): Promise<"ended" | "unsupported"> {
  try {
    const response = await oauth.revocationRequest(toServer(endpoints), { client_id: client.id }, toClientAuth(client), token.reveal(), {
      additionalParameters: { token_type_hint: kind },
      [oauth.customFetch]: asFetch(statusAlone(send)),
    });
    // 204 is how some servers say that there is nothing to say.
    if (response.status < 200 || response.status >= 300) await oauth.processRevocationResponse(response);
    return "ended";
  } catch (error) {
    const said = serverErrorOf(error) ?? "";
    if (said === "unsupported_token_type") return "unsupported";
    if (OVER.has(said)) return "ended";
    throw oauthError(error, context);
  }
}

/** Of a success the status says everything, and the body is to be ignored (§2.2): it may be a page or a word. */
function statusAlone(send: OAuthSend): OAuthSend {
  return async (request) => {
    const answer = await send(request);
    return answer.status >= 200 && answer.status < 300 ? { ...answer, body: Buffer.alloc(0), isCut: false } : answer;
  };
}
