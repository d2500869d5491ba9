// Keeps the tokens of a tool that logs in by itself (proxy/capture/capture-port.ts is the contract).
// In: a captured login, or a refresh. Out: a stored connection that the run binds, and what the child gets in place of the tokens.
// Nobody is asked, so nothing that is there is replaced: a login is a new connection, unless its very token is stored already.
import { type Connection, describeConnection, REFRESH_STAND_IN } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import type { CapturedLogin, CapturedTokens, CapturePort, StandIns } from "../../proxy/capture/capture-port.ts";
import type { OAuthGrant, RenewedTokens } from "../../store/profile-store.ts";
import { dialectOf } from "../oauth/find-endpoints.ts";
import type { Freshness } from "../oauth/freshness.ts";
import type { Profiles } from "../profiles/profiles.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import type { LiveRuns } from "../runs/live-runs.ts";
import { checkOrigins, storeChecked } from "../store-connection.ts";

export interface CaptureParts {
  readonly profiles: Profiles;
  readonly runs: LiveRuns;
  readonly freshness: Freshness;
}

/** A tool that logs in again and again must not fill the profile. */
const MAX_LOGINS_A_RUN = 16;

export function captureTokens(parts: CaptureParts): CapturePort {
  return {
    store: (login) => storeLogin(login, parts),
    renew: (connection, tokenUrl, exchange) => renewLogin(connection, { tokenUrl, exchange }, parts),
  };
}

function storeLogin(login: CapturedLogin, { profiles, runs }: CaptureParts): StandIns {
  const run = runs.require(login.run.id);
  const profile = profiles.opened().find(({ name }) => name === run.profile);
  if (profile === undefined)
    throw new KeywardError("PROFILE_LOCKED", "the profile of the run is locked", { hint: "keyward profile unlock" });
  const known = findSameToken(profile, login);
  if (known === null && run.capturedLogins >= MAX_LOGINS_A_RUN) {
    throw new KeywardError("RULE_DENIED", `more than ${MAX_LOGINS_A_RUN} logins of one run are not kept`);
  }
  const name = known?.name ?? freshName(profile, login.point.definition.id);
  const { definition } = login.point;
  const { clientIdField } = definition.oauth ?? {};
  const clientId = clientIdField === undefined || login.client.id === "" ? {} : { [clientIdField]: new Secret(login.client.id) };
  const stored = storeChecked(
    profile,
    { provider: definition, name, force: known !== null },
    {
      ...checkOrigins(definition, {}),
      fields: { ...clientId, [login.field]: login.tokens.accessToken },
      notices: [],
      oauth: { grant: grantOf(login), expiresAtMs: login.tokens.expiresAtMs },
      captured: login.request,
    },
  );
  const connection = profile.find({ provider: definition.id, name });
  if (connection === null) throw new KeywardError("INTERNAL", "a captured login was stored and is not there");
  const { provider, origins, placeholders } = connection;
  runs.bind(run, { provider, name: stored.name, origins, placeholders });
  if (known === null) run.capturedLogins += 1;
  return standIns(connection, login.field);
}

/** Some servers give the same token again; it is the same account then. */
function findSameToken(profile: UnlockedProfile, { point, field, tokens }: CapturedLogin): Connection | null {
  const candidates = profile.connections().filter(({ provider, kind }) => provider === point.definition.id && kind === "oauth2");
  return candidates.find((connection) => profile.credential(connection)?.fields[field]?.equals(tokens.accessToken) === true) ?? null;
}

/** `default` where the provider has no connection; else one that nothing has: whose account it is nobody here knows. */
function freshName(profile: UnlockedProfile, provider: string): string {
  const taken = new Set(
    profile
      .connections()
      .filter((connection) => connection.provider === provider)
      .map(({ name }) => name),
  );
  if (taken.size === 0) return "default";
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? "captured" : `captured-${number}`;
    if (!taken.has(name)) return name;
  }
}

function grantOf({ point, field, tokens, client, tokenUrl }: CapturedLogin): OAuthGrant {
  const { oauth } = point.definition;
  const declared = oauth === undefined ? undefined : dialectOf(oauth, (text) => text ?? null);
  const { refreshUrl: _elsewhere, hostMember: _none, ...spoken } = declared ?? {};
  const dialect = { ...spoken, ...(client.body === "json" ? { body: "json" as const } : {}) };
  return {
    field,
    refreshToken: tokens.refreshToken,
    clientId: client.id,
    // The tool has it too; without a refresh token it would be kept for nothing.
    clientSecret: tokens.refreshToken === null ? null : client.secret,
    clientAuth: client.auth,
    scopes: tokens.scopes ?? [],
    issuer: null,
    tokenUrl,
    revocationUrl: oauth?.revocationUrl ?? null,
    obtainedAtMs: tokens.obtainedAtMs,
    ...(Object.keys(dialect).length === 0 ? {} : { dialect }),
  };
}

async function renewLogin(
  connection: Connection,
  { tokenUrl, exchange }: { readonly tokenUrl: string; readonly exchange: (refreshToken: Secret) => Promise<CapturedTokens | null> },
  { profiles, freshness }: CaptureParts,
): Promise<StandIns> {
  const profile = profiles.opened().find((open) => open.find(connection)?.id === connection.id);
  if (profile === undefined) {
    throw new KeywardError("LOGIN_REQUIRED", `${describeConnection(connection)} has no stored credential`, {
      hint: `keyward login ${connection.provider} --connection ${connection.name}`,
    });
  }
  let field = "key";
  await freshness.lend(profile, connection, async (grant) => {
    field = grant.field;
    if (grant.refreshToken === null || (tokenUrl !== grant.tokenUrl && tokenUrl !== grant.dialect?.refreshUrl))
      throw elsewhere(connection, tokenUrl);
    const tokens = await exchange(grant.refreshToken);
    return tokens === null ? null : renewed(tokens, grant);
  });
  return standIns(connection, field);
}

function renewed({ accessToken, refreshToken, expiresAtMs, obtainedAtMs }: CapturedTokens, grant: OAuthGrant): RenewedTokens {
  // A server that does not rotate sends no refresh token: the old one goes on (RFC 6749 §6).
  return { accessToken, refreshToken: refreshToken ?? grant.refreshToken, expiresAtMs, obtainedAtMs };
}

function elsewhere(connection: Connection, tokenUrl: string): KeywardError {
  return new KeywardError(
    "PLACEHOLDER_LEAK",
    `the refresh token of ${describeConnection(connection)} goes to the address it came from only`,
    {
      detail: { provider: connection.provider, connection: connection.name, host: new URL(tokenUrl).hostname },
    },
  );
}

function standIns({ placeholders }: Connection, field: string): StandIns {
  return { access: placeholders[field] ?? "", refresh: placeholders[REFRESH_STAND_IN] ?? null };
}
