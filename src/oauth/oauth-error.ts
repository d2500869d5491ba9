// Says what went wrong in an OAuth exchange as one of keyward's own errors: one line, one code, what to type next.
// In: whatever oauth4webapi or the network threw. Out: a KeywardError. Words of the server are never repeated, only codes that the
// RFCs list: a description can hold anything, also what was just typed.
import * as oauth from "oauth4webapi";
import { KeywardError, toKeywardError } from "../core/errors.ts";

export interface OAuthContext {
  /** The provider's name, for people. */
  readonly name: string;
  /** The command that begins this login (again). */
  readonly again: string;
}

type Row = readonly [code: "OAUTH_DENIED" | "OAUTH_CLIENT" | "OAUTH_SCOPE" | "OAUTH_GRANT" | "OAUTH_BUSY" | "LOGIN_EXPIRED", what: string];

/** RFC 6749 §4.1.2.1 and §5.2, RFC 8628 §3.5. */
const KNOWN: Readonly<Record<string, Row>> = {
  access_denied: ["OAUTH_DENIED", "access was denied"],
  invalid_client: ["OAUTH_CLIENT", "does not accept the client id or its secret"],
  incorrect_client_credentials: ["OAUTH_CLIENT", "does not accept the client id or its secret"],
  unauthorized_client: ["OAUTH_CLIENT", "does not let this client log in this way"],
  unsupported_grant_type: ["OAUTH_CLIENT", "does not let this client log in this way"],
  unsupported_response_type: ["OAUTH_CLIENT", "does not let this client log in this way"],
  device_flow_disabled: ["OAUTH_CLIENT", "does not let this client log in this way"],
  redirect_uri_mismatch: ["OAUTH_CLIENT", "does not know this client's redirect address"],
  invalid_scope: ["OAUTH_SCOPE", "does not grant these scopes"],
  invalid_grant: ["OAUTH_GRANT", "does not accept the code or token any more"],
  // GitHub's and Slack's own words for a refresh token that is over.
  bad_refresh_token: ["OAUTH_GRANT", "does not accept the code or token any more"],
  invalid_refresh_token: ["OAUTH_GRANT", "does not accept the code or token any more"],
  token_revoked: ["OAUTH_GRANT", "does not accept the code or token any more"],
  bad_verification_code: ["OAUTH_GRANT", "does not accept the code or token any more"],
  expired_token: ["LOGIN_EXPIRED", "the code expired before it was entered"],
  temporarily_unavailable: ["OAUTH_BUSY", "is out of order or busy"],
  server_error: ["OAUTH_BUSY", "is out of order or busy"],
};

/** The `error` of the server's answer, when it is one that the RFCs list; else null. */
export function serverErrorOf(error: unknown): string | null {
  const isServer = error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError;
  return isServer && /^[a-z_]{1,64}$/.test(error.error) ? error.error : null;
}

export function oauthError(error: unknown, context: OAuthContext): KeywardError {
  if (error instanceof KeywardError) return error;
  const said = serverErrorOf(error);
  const row = said === null ? undefined : KNOWN[said];
  if (row !== undefined) {
    const [code, what] = row;
    const isSentence = code === "OAUTH_DENIED" || code === "LOGIN_EXPIRED";
    return new KeywardError(code, isSentence ? `${what} (${context.name})` : `${context.name} ${what} (${said})`, {
      hint: hintFor(code, context),
      detail: { error: said ?? "" },
    });
  }
  if (said !== null) return new KeywardError("OAUTH_ANSWER", `${context.name} refused the login (${said})`, { hint: context.again });
  if (isFromLibrary(error))
    return new KeywardError("OAUTH_ANSWER", `${context.name} gave an answer that is not OAuth`, { hint: context.again });
  return toKeywardError(error);
}

function hintFor(code: Row[0], { again }: OAuthContext): string {
  if (code === "OAUTH_CLIENT") return `check the client at the provider, then: ${again} --client-id ID`;
  if (code === "OAUTH_SCOPE") return `${again} --scope SCOPE`;
  if (code === "OAUTH_BUSY") return `try again in a while: ${again}`;
  return again;
}

function isFromLibrary(error: unknown): boolean {
  return (
    error instanceof oauth.OperationProcessingError ||
    error instanceof oauth.UnsupportedOperationError ||
    error instanceof oauth.WWWAuthenticateChallengeError ||
    error instanceof oauth.ResponseBodyError ||
    error instanceof oauth.AuthorizationResponseError
  );
}

export function badAnswer(host: string, what: string): KeywardError {
  return new KeywardError("OAUTH_ANSWER", `${host} ${what}`, {
    hint: "check the provider's OAuth addresses: keyward provider show ID",
    detail: { host },
  });
}
