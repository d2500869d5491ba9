// Where a provider's authorization server listens for this login: the definition's addresses with the user's own host in them, and
// what its issuer tells where some are missing. In: the definition's section, the host. Out: complete endpoints.
import type { TokenDialect } from "../../core/grant.ts";
import { discover } from "../../oauth/metadata/discover.ts";
import { discoverIssuer } from "../../oauth/metadata/discover-resource.ts";
import type { OAuthEndpoints } from "../../oauth/endpoints.ts";
import type { OAuthContext } from "../../oauth/oauth-error.ts";
import type { OAuthSend } from "../../oauth/send.ts";
import type { OAuthSection } from "../../providers/oauth/oauth-schema.ts";

export interface EndpointQuestion {
  readonly section: OAuthSection;
  readonly flow: OAuthSection["flows"][number];
  /** Of {tenant}, as authority text. */
  readonly host: string | null;
  readonly context: OAuthContext;
}

/** The address a flow begins at, beside the token endpoint. */
const NEEDED = {
  browser: "authorizationUrl",
  device: "deviceAuthorizationUrl",
  token: "tokenUrl",
  client_credentials: "tokenUrl",
} as const;

/** @throws OAUTH_ANSWER, OAUTH_BUSY, UPSTREAM_* */
export async function findEndpoints({ section, flow, host, context }: EndpointQuestion, send: OAuthSend): Promise<OAuthEndpoints> {
  const fill = (text: string | undefined): string | null => text?.replace("{tenant}", host ?? "") ?? null;
  const resource = fill(section.resource) ?? undefined;
  const isComplete = section.tokenUrl !== undefined && section[NEEDED[flow]] !== undefined;
  const hosts = section.endpointHosts;
  const isUnknown = resource !== undefined && section.issuer === undefined && !isComplete;
  const issuer = isUnknown ? await discoverIssuer({ resource, hosts, context }, send) : fill(section.issuer);
  const told = issuer === null || isComplete ? null : await discover({ issuer, hosts, context }, send);
  const tokenUrl = fill(section.tokenUrl) ?? told?.tokenUrl ?? "";
  return {
    issuer,
    tokenUrl,
    authorizationUrl: fill(section.authorizationUrl) ?? told?.authorizationUrl ?? null,
    deviceAuthorizationUrl: fill(section.deviceAuthorizationUrl) ?? told?.deviceAuthorizationUrl ?? null,
    revocationUrl: fill(section.revocationUrl) ?? told?.revocationUrl ?? null,
    registrationUrl: fill(section.registrationUrl) ?? told?.registrationUrl ?? null,
    sendsIssuer: told?.sendsIssuer ?? false,
    resource,
    dialect: dialectOf(section, fill),
  };
}

/** As it will be kept: with the user's own host in it, and without what the RFC says anyway. */
export function dialectOf({ dialect }: OAuthSection, fill: (text: string | undefined) => string | null): TokenDialect | undefined {
  if (dialect === undefined) return undefined;
  const { body, headers, refreshUrl, nested, hostMember } = dialect;
  const ownRefreshUrl = fill(refreshUrl);
  return {
    ...(body === "json" ? { body } : {}),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(ownRefreshUrl === null ? {} : { refreshUrl: ownRefreshUrl }),
    ...(nested === undefined ? {} : { nested }),
    ...(hostMember === undefined ? {} : { hostMember }),
  };
}

/** Those a stored grant needs: the addresses it was made with. */
export function storedEndpoints(grant: {
  readonly issuer: string | null;
  readonly tokenUrl: string;
  readonly revocationUrl: string | null;
  readonly dialect?: TokenDialect;
  readonly resource?: string;
}): OAuthEndpoints {
  const { issuer, tokenUrl, revocationUrl, dialect, resource } = grant;
  return {
    issuer,
    tokenUrl,
    revocationUrl,
    authorizationUrl: null,
    deviceAuthorizationUrl: null,
    registrationUrl: null,
    sendsIssuer: false,
    dialect,
    resource,
  };
}
