// connection.*: what is stored, storing and removing it.
// In: refs and values. Out: metadata. Secrets come in through store; only connection-reveal.ts lets them out.
import type { ConnectionInfo, ConnectionParams, Params, Result } from "../../control/protocol.ts";
import type { MethodTable } from "../../control/server.ts";
import { type Connection, type ConnectionRef, type ConnectionStatus, describeConnection, REFRESH_STAND_IN } from "../../core/connection.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import { checkName } from "../../core/names.ts";
import { environmentNames } from "../definitions/field-info.ts";
import { HOST_FIELD, needsHost } from "../../providers/login/tenant.ts";
import { acceptComputed } from "../logins/accept-computed.ts";
import { acceptLogin } from "../logins/accept-login.ts";
import { locateProvider } from "../logins/locate-provider.ts";
import type { DaemonParts } from "../parts.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { canObtain } from "../oauth/obtain-tokens.ts";
import { findSecret } from "../vault/find-secret.ts";
import { revokeGrant } from "../oauth/revoke-grant.ts";
import { removeDefinition } from "./provider.ts";

type ConnectionMethods = Pick<
  MethodTable,
  "connection.list" | "connection.get" | "connection.store" | "connection.remove" | "connection.default"
>;

const EXPIRING_MS = 24 * 3_600_000;

export function connectionMethods(parts: DaemonParts): ConnectionMethods {
  return {
    "connection.list": ({ profile }) => list(profile, parts),
    "connection.get": async (params) => {
      const { connection, profile } = await findConnection(params, parts);
      return describe(connection, profile, parts);
    },
    "connection.store": (params) => store(params, parts),
    "connection.remove": (params) => remove(params, parts),
    "connection.default": (params) => setDefault(params, parts),
  };
}

/** The name meant by `null`: the provider's default connection, or "default". @throws NAME_INVALID */
export function connectionName(requested: string | null, provider: string, profile: UnlockedProfile | null): string {
  if (requested !== null) return checkName("connection", requested);
  return profile?.connections().find((connection) => connection.provider === provider && connection.isDefault)?.name ?? "default";
}

/** @throws PROVIDER_UNKNOWN, LOGIN_REQUIRED */
export async function findConnection(
  params: ConnectionParams,
  parts: DaemonParts,
): Promise<{ profile: UnlockedProfile; connection: Connection }> {
  const profile = await parts.profiles.find(params.profile);
  const ref = { provider: params.provider, name: connectionName(params.connection, params.provider, profile) };
  const connection = profile?.find(ref) ?? null;
  if (profile !== null && connection !== null) return { profile, connection };
  parts.definitions.require(params.provider);
  throw loginRequired(ref);
}

export function loginRequired(ref: ConnectionRef): KeywardError {
  const flag = ref.name === "default" ? "" : ` --connection ${ref.name}`;
  return new KeywardError("LOGIN_REQUIRED", `${describeConnection(ref)} has no stored credential`, {
    hint: `keyward login ${ref.provider}${flag}`,
  });
}

export function statusOf(expiresAtMs: number | null, nowMs: number): ConnectionStatus {
  if (expiresAtMs === null) return "connected";
  if (expiresAtMs <= nowMs) return "expired";
  return expiresAtMs - nowMs < EXPIRING_MS ? "expiring" : "connected";
}

async function list(requested: string | null, parts: DaemonParts): Promise<Result<"connection.list">> {
  parts.definitions.refresh();
  const profile = await parts.profiles.find(requested);
  if (profile === null) return { connections: [], notice: null };
  const connections = profile.store.connections.list().map((connection) => describe(connection, profile, parts));
  return { connections, notice: parts.profiles.takeNotice(profile.name) };
}

function describe(connection: Connection, profile: UnlockedProfile, { definitions, clock }: DaemonParts): ConnectionInfo {
  const provider = definitions.current().get(connection.provider);
  // What renews itself does not expire.
  const grant = connection.kind === "oauth2" ? profile.store.connections.grant(connection) : null;
  const isRenewed = grant !== null && canObtain(grant);
  const isThere = Object.values(connection.secrets ?? {}).every((name) => findSecret(profile, name, null) !== null);
  const status = !isThere ? "missing" : isRenewed ? "connected" : statusOf(connection.expiresAtMs, clock.nowMs());
  const { [REFRESH_STAND_IN]: _inside, ...placeholders } = connection.placeholders;
  return { ...connection, placeholders, status, env: provider === null ? [] : environmentNames(provider) };
}

async function store(params: Params<"connection.store">, parts: DaemonParts): Promise<Result<"connection.store">> {
  const definition = parts.definitions.require(params.provider);
  if (params.connection !== null) checkName("connection", params.connection);
  const profile = await parts.profiles.ensure(params.profile);
  const name = connectionName(params.connection, definition.id, profile);
  const { force, checks } = params;
  const { [HOST_FIELD]: base, ...fields } = params.fields;
  // For a provider with {tenant} the host is a field like any other; for the rest it is a server of the user's own.
  const hasField = needsHost(definition);
  const before = profile.find({ provider: definition.id, name });
  const provider = hasField ? definition : locateProvider(definition, base ?? null, before).provider;
  const values = hasField ? params.fields : fields;
  if (params.flow !== undefined) return acceptComputed({ profile: profile.name, provider, name, flow: params.flow, values, force }, parts);
  return acceptLogin({ profile: profile.name, provider, name, values, force, checks }, parts);
}

async function remove(params: Params<"connection.remove">, parts: DaemonParts): Promise<Result<"connection.remove">> {
  const { provider } = params;
  const profile = await parts.profiles.find(params.profile);
  const stored = profile?.connections().filter((connection) => connection.provider === provider) ?? [];
  // A mistyped name must not look like a success; a provider without definition may still have connections.
  if (stored.length === 0) parts.definitions.require(provider);
  const name = connectionName(params.connection, provider, profile);
  const meant = params.everything ? stored : stored.filter((connection) => connection.name === name);
  const { ended, kept, error } = await revokeAll(params.revoke === true ? profile : null, meant, parts);
  const refs = meant.filter((connection) => !kept.has(connection)).map((connection) => ({ provider, name: connection.name }));
  if (profile !== null) {
    for (const ref of refs) profile.audit.append({ kind: "logout", requestId: newId("req"), runId: null, provider, connection: ref.name });
    if (params.everything && kept.size === 0) profile.store.connections.forget(provider);
    else for (const ref of refs) profile.store.connections.remove(ref);
    profile.changed();
  }
  if (error !== null) throw toKeywardError(error);
  if (params.everything && parts.definitions.refresh().isCustom(provider)) removeDefinition(provider, parts);
  return { removed: refs, ...(params.revoke === true ? { ended } : {}) };
}

interface Revoked {
  readonly ended: ConnectionRef[];
  /** Those whose provider could not be asked; `error` is the first one's. */
  readonly kept: ReadonlySet<Connection>;
  readonly error: unknown;
}

/** One that fails does not keep the others from being ended. */
async function revokeAll(profile: UnlockedProfile | null, meant: readonly Connection[], parts: DaemonParts): Promise<Revoked> {
  const ended: ConnectionRef[] = [];
  const kept = new Set<Connection>();
  let error: unknown = null;
  for (const connection of profile === null ? [] : meant) {
    const { provider, name } = connection;
    try {
      if (profile !== null && (await revokeGrant(profile, connection, { send: parts.sendOAuth, freshness: parts.freshness })))
        ended.push({ provider, name });
    } catch (failure) {
      kept.add(connection);
      error ??= failure;
    }
  }
  return { ended, kept, error };
}

async function setDefault(params: ConnectionParams, parts: DaemonParts): Promise<Result<"connection.default">> {
  const { profile, connection } = await findConnection(params, parts);
  const previous = profile.connections().find(({ provider, isDefault }) => provider === connection.provider && isDefault);
  profile.store.connections.setDefault({ provider: connection.provider, name: connection.name });
  profile.changed();
  return { previous: previous?.name ?? null };
}
