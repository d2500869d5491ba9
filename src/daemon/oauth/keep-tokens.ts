// The end of an OAuth login: tokens become a connection, in one step, unless the login was ended meanwhile.
// In: where they go, the client they belong to, the tokens. Out: the stored connection. The addresses go into the record with them.
import type { StoredConnection } from "../../control/protocol.ts";
import type { OAuthEndpoints } from "../../oauth/endpoints.ts";
import type { OAuthContext } from "../../oauth/oauth-error.ts";
import type { TokenSet } from "../../oauth/token-set.ts";
import type { OAuthSection } from "../../providers/oauth/oauth-schema.ts";
import type { Provider } from "../../providers/schema.ts";
import { HOST_FIELD } from "../../providers/login/tenant.ts";
import { Secret } from "../../core/secret.ts";
import type { DaemonParts } from "../parts.ts";
import { checkOrigins, storeChecked } from "../store-connection.ts";
import { bindHost } from "./bind-host.ts";
import type { ChosenClient } from "./choose-client.ts";

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

export interface GrantedTo extends GrantTarget {
  readonly client: ChosenClient;
  readonly signal: AbortSignal;
  readonly scopes: readonly string[];
  readonly renewal?: "client_credentials";
}

export async function keepTokens(
  target: GrantedTo,
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
    ...(endpoints.dialect === undefined ? {} : { dialect: endpoints.dialect }),
    ...(endpoints.resource === undefined ? {} : { resource: endpoints.resource }),
    ...(client.registeredFor === undefined ? {} : { registeredFor: client.registeredFor }),
    ...(target.renewal === undefined ? {} : { renewal: target.renewal }),
  };
  const host = bindHost(target, tokens);
  const origins = checkOrigins(provider, host === null ? {} : { [HOST_FIELD]: host });
  const { clientIdField } = section;
  const clientId = clientIdField === undefined ? {} : { [clientIdField]: new Secret(client.id) };
  const fields = { ...clientId, [section.field]: tokens.accessToken };
  const stored = storeChecked(
    profile,
    { provider, name, force },
    { ...origins, fields, notices: [], oauth: { grant, expiresAtMs: tokens.expiresAtMs } },
  );
  const notices = [target.renewal === undefined ? lifeNotice(tokens) : null, parts.profiles.takeNotice(profile.name)].filter(
    (notice) => notice !== null,
  );
  return { ...stored, notices };
}

function lifeNotice({ refreshToken, expiresAtMs }: TokenSet): string | null {
  if (refreshToken !== null || expiresAtMs === null) return null;
  return `the provider gave no refresh token: the login ends ${new Date(expiresAtMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
