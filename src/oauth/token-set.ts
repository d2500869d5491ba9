// What a token endpoint granted, with a point in time instead of a duration.
// In: a processed answer and the moment it was asked for. Out: tokens as Secret. Nothing of it is kept here.
import type { TokenEndpointResponse } from "oauth4webapi";
import type { GrantSource, TokenDialect } from "../core/grant.ts";
import { Secret, type SecretFields } from "../core/secret.ts";

export interface TokenSet {
  readonly accessToken: Secret;
  /** null = the server gave none (with a refresh: the old one goes on). */
  readonly refreshToken: Secret | null;
  /** By this machine's clock; null = the server does not say. */
  readonly expiresAtMs: number | null;
  /** As granted; null = as asked for (RFC 6749 §5.1). */
  readonly scopes: readonly string[] | null;
  /** The host of the account, where the answer names it; as it stands there. */
  readonly host?: string;
  /** Computed credentials: the fields beside the access token, and a source that changed. */
  readonly otherFields?: SecretFields;
  readonly source?: GrantSource;
}

/** @param askedAtMs before the request left, so that the time on the way counts against the token */
export function toTokenSet(answer: TokenEndpointResponse, askedAtMs: number, { hostMember }: TokenDialect = {}): TokenSet {
  const host = hostMember === undefined ? undefined : answer[hostMember];
  const { access_token: access, refresh_token: refresh, expires_in: lifetimeS, scope } = answer;
  return {
    accessToken: new Secret(access),
    refreshToken: refresh === undefined ? null : new Secret(refresh),
    expiresAtMs: lifetimeS === undefined ? null : askedAtMs + Math.floor(lifetimeS * 1_000),
    scopes: scope === undefined ? null : scope.split(/[\s,]+/).filter((one) => one !== ""),
    ...(typeof host === "string" ? { host } : {}),
  };
}
