// Where a provider's authorization server listens for this login: the definition's addresses with the user's own host in them, and
// what its issuer tells where some are missing. In: the definition's section, the host. Out: complete endpoints.
import { discover } from "../../oauth/discover.ts";
import type { OAuthEndpoints } from "../../oauth/endpoints.ts";
import type { OAuthContext } from "../../oauth/oauth-error.ts";
import type { OAuthSend } from "../../oauth/send.ts";
import type { OAuthSection } from "../../providers/oauth/oauth-schema.ts";

export interface EndpointQuestion {
  readonly section: OAuthSection;
  /** Of {tenant}, as authority text. */
  readonly host: string | null;
  readonly context: OAuthContext;
}

/** @throws OAUTH_ANSWER, OAUTH_BUSY, UPSTREAM_* */
export async function findEndpoints({ section, host, context }: EndpointQuestion, send: OAuthSend): Promise<OAuthEndpoints> {
  const fill = (text: string | undefined): string | null => text?.replace("{tenant}", host ?? "") ?? null;
  const issuer = fill(section.issuer);
  const isComplete = section.tokenUrl !== undefined;
  const told = issuer === null || isComplete ? null : await discover({ issuer, hosts: section.endpointHosts, context }, send);
  const tokenUrl = fill(section.tokenUrl) ?? told?.tokenUrl ?? "";
  return {
    issuer,
    tokenUrl,
    authorizationUrl: fill(section.authorizationUrl) ?? told?.authorizationUrl ?? null,
    deviceAuthorizationUrl: fill(section.deviceAuthorizationUrl) ?? told?.deviceAuthorizationUrl ?? null,
    revocationUrl: fill(section.revocationUrl) ?? told?.revocationUrl ?? null,
    registrationUrl: fill(section.registrationUrl) ?? told?.registrationUrl ?? null,
    sendsIssuer: told?.sendsIssuer ?? false,
  };
}

/** Those a stored grant needs: the addresses it was made with. */
export function storedEndpoints(grant: {
  readonly issuer: string | null;
  readonly tokenUrl: string;
  readonly revocationUrl: string | null;
}): OAuthEndpoints {
  const { issuer, tokenUrl, revocationUrl } = grant;
  return {
    issuer,
    tokenUrl,
    revocationUrl,
    authorizationUrl: null,
    deviceAuthorizationUrl: null,
    registrationUrl: null,
    sendsIssuer: false,
  };
}
