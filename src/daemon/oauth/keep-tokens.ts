// The end of an OAuth login: tokens become a connection, in one step, unless the login was ended meanwhile.
// In: where they go, the client they belong to, the tokens. Out: the stored connection. The addresses go into the record with them.
import type { StoredConnection } from "../../control/protocol.ts";
import type { OAuthClient, OAuthEndpoints } from "../../oauth/endpoints.ts";
import type { OAuthContext } from "../../oauth/oauth-error.ts";
import type { TokenSet } from "../../oauth/token-set.ts";
import type { OAuthSection } from "../../providers/oauth/oauth-schema.ts";
import type { Provider } from "../../providers/schema.ts";
import { HOST_FIELD } from "../../providers/login/tenant.ts";
import type { DaemonParts } from "../parts.ts";
import { checkOrigins, storeChecked } from "../store-connection.ts";

export interface GrantTarget {
  readonly profile: string;
  readonly provider: Provider;
  readonly name: string;
  readonly host: string | null;
  readonly force: boolean;
  readonly section: OAuthSection;
  readonly endpoints: OAuthEndpoints;
  readonly context: OAuthContext;
}

export async function keepTokens(
  target: GrantTarget & { readonly client: OAuthClient; readonly signal: AbortSignal; readonly scopes: readonly string[] },
  tokens: TokenSet,
  parts: Pick<DaemonParts, "profiles" | "clock">,
): Promise<StoredConnection> {
  const { provider, name, force, section, endpoints, client } = target;
  const profile = await parts.profiles.ensure(target.profile);
  target.signal.throwIfAborted();
  const grant = {
    field: section.field,
    refreshToken: tokens.refreshToken,
    clientId: client.id,
    clientSecret: client.secret,
    clientAuth: client.auth,
    scopes: tokens.scopes ?? target.scopes,
    issuer: endpoints.issuer,
    tokenUrl: endpoints.tokenUrl,
    revocationUrl: endpoints.revocationUrl,
    obtainedAtMs: parts.clock.nowMs(),
  };
  const origins = checkOrigins(provider, target.host === null ? {} : { [HOST_FIELD]: target.host });
  const fields = { [section.field]: tokens.accessToken };
  const stored = storeChecked(
    profile,
    { provider, name, force },
    { ...origins, fields, notices: [], oauth: { grant, expiresAtMs: tokens.expiresAtMs } },
  );
  const notices = [lifeNotice(tokens), parts.profiles.takeNotice(profile.name)].filter((notice) => notice !== null);
  return { ...stored, notices };
}

function lifeNotice({ refreshToken, expiresAtMs }: TokenSet): string | null {
  if (refreshToken !== null || expiresAtMs === null) return null;
  return `the provider gave no refresh token: the login ends ${new Date(expiresAtMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
