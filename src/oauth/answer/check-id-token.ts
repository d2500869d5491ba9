// Holds an ID token against the login it came for (OpenID Connect Core §3.1.3.7): nonce, audience, issuer.
// In: the token endpoint's answer, what this login sent. Out: nothing, or an error. Who the person is does not matter here and is not
// kept; the token came over TLS from the token endpoint, so its signature says nothing more (§3.1.3.7 point 6).
import type { TokenEndpointResponse } from "oauth4webapi";
import { KeywardError } from "../../core/errors.ts";
import type { OAuthContext } from "../oauth-error.ts";
import { ID_TOKEN_CLAIMS } from "./normalize-answer.ts";

export interface ExpectedIdToken {
  /** null = none was sent. */
  readonly nonce: string | null;
  readonly clientId: string;
  /** null = not known. */
  readonly issuer: string | null;
  readonly context: OAuthContext;
}

/** @throws OAUTH_MISMATCH, OAUTH_ANSWER */
export function checkIdToken(answer: TokenEndpointResponse, { nonce, clientId, issuer, context }: ExpectedIdToken): void {
  const claims = answer[ID_TOKEN_CLAIMS];
  if (claims === undefined || nonce === null) return;
  if (!isObject(claims))
    throw new KeywardError("OAUTH_ANSWER", `${context.name} gave an id token that cannot be read`, { hint: context.again });
  const { nonce: said, aud, iss } = claims;
  const audience = Array.isArray(aud) ? (aud as readonly unknown[]) : [aud];
  if (said === nonce && audience.includes(clientId) && (issuer === null || iss === issuer)) return;
  throw new KeywardError("OAUTH_MISMATCH", `the id token of ${context.name} does not belong to this login; nothing was stored`, {
    hint: context.again,
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
