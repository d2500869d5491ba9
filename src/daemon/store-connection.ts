// Takes a credential into a profile: each field checked and cleaned, placeholders kept or made, hosts fixed, then stored.
// In: a provider, a name, raw values. Out: the stored connection, or KEY_SHAPE and friends before anything is written.
// The hosts are copied from the definition now; a definition that changes later cannot widen this connection.
import type { AuditRecord } from "../audit/sink.ts";
import type { StoredConnection } from "../control/protocol.ts";
import { readValue } from "../connections/value.ts";
import { makePlaceholder } from "../connections/placeholder.ts";
import { type Connection, type ConnectionRef, describeConnection, type Origin, REFRESH_STAND_IN } from "../core/connection.ts";
import { KeywardError } from "../core/errors.ts";
import { type Authority, formatAuthority, sameAuthority } from "../core/host.ts";
import { newId } from "../core/ids.ts";
import type { Secret } from "../core/secret.ts";
import type { Provider, ProviderField } from "../providers/schema.ts";
import { completeTenant, HOST_FIELD, isTenantHost, needsHost, tenantOrigin } from "../providers/login/tenant.ts";
import type { OAuthGrant } from "../store/profile-store.ts";
import type { UnlockedProfile } from "./profiles/unlocked-profile.ts";

export interface NewCredential {
  readonly provider: Provider;
  readonly name: string;
  /** Field name → as typed; `host` is that of {tenant}. */
  readonly values: Readonly<Record<string, string>>;
  readonly force: boolean;
  readonly anyShape?: boolean;
  readonly doubtful?: "ask" | "warn";
}

/** What can be stored: cleaned values, and the hosts they will be bound to. */
export interface CheckedCredential {
  readonly fields: Readonly<Record<string, Secret>>;
  /** Fields whose value is a secret of the vault: field → name. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly origins: readonly Origin[];
  /** The host of {tenant} as `host` or `host:port`; null when the provider has none. */
  readonly host: string | null;
  readonly notices: readonly string[];
  /** Of an OAuth login: how the token is renewed, and when it ends. */
  readonly oauth?: { readonly grant: OAuthGrant; readonly expiresAtMs: number | null };
  /** A tool of a run logged in: by which request, for the audit. Its refresh token gets a placeholder too. */
  readonly captured?: Pick<AuditRecord, "requestId" | "runId" | "method" | "host" | "port" | "path">;
}

/** @throws CONNECTION_EXISTS, FIELD_UNKNOWN, HOST_INVALID, KEY_*, AUDIT_FAILED, STORE_* */
export function storeConnection(profile: UnlockedProfile, credential: NewCredential): StoredConnection {
  return storeChecked(profile, credential, checkValues(profile, credential));
}

/** Writes what was checked before. @throws CONNECTION_EXISTS, AUDIT_FAILED, STORE_* */
export function storeChecked(
  profile: UnlockedProfile,
  { provider, name, force }: Pick<NewCredential, "provider" | "name" | "force">,
  checked: CheckedCredential,
): StoredConnection {
  const ref = { provider: provider.id, name };
  const before = refuseExisting(profile, ref, force);
  const given = provider.fields.filter((field) => Object.hasOwn(checked.fields, field.name));
  const placeholders = {
    ...placeholdersFor(profile, { ref, provider, fields: checked.fields, secrets: checked.secrets ?? {} }),
    ...(checked.captured === undefined || checked.oauth?.grant.refreshToken === null ? {} : refreshStandIn(profile, ref)),
  };
  const origin = checked.captured ?? { requestId: newId("req"), runId: null };
  profile.audit.append({ kind: "login", ...origin, provider: ref.provider, connection: ref.name });
  const stored = profile.store.connections.put({
    ...ref,
    kind: checked.oauth === undefined ? "api_key" : "oauth2",
    fields: checked.fields,
    ...(checked.secrets === undefined ? {} : { secrets: checked.secrets }),
    publicFieldNames: given.filter((field) => !field.secret).map((field) => field.name),
    origins: checked.origins,
    placeholders,
    expiresAtMs: checked.oauth?.expiresAtMs ?? null,
    ...(checked.oauth === undefined ? {} : { grant: checked.oauth.grant }),
  });
  profile.changed();
  return { ...ref, id: stored.id, replaced: before !== null, notices: checked.notices };
}

/** Checks and cleans without storing. @throws FIELD_UNKNOWN, HOST_INVALID, KEY_EMPTY, KEY_SHAPE, KEY_UNUSUAL */
export function checkValues(
  profile: UnlockedProfile | null,
  { provider, values, anyShape, doubtful }: Pick<NewCredential, "provider" | "values" | "anyShape" | "doubtful">,
): CheckedCredential {
  refuseUnknownFields(provider, values);
  const given = new Set(profile?.store.connections.allPlaceholders());
  const isPlaceholder = (text: string): boolean => given.has(text);
  const bound = checkOrigins(provider, values);
  const fields: Record<string, Secret> = {};
  const notices: string[] = [];
  for (const field of provider.fields) {
    const raw = values[field.name] ?? "";
    if (field.optional && raw.trim() === "") continue;
    const read = readValue(raw, { provider, field, isPlaceholder, anyShape, doubtful });
    fields[field.name] = read.value;
    notices.push(...read.notices);
  }
  return { ...bound, fields, notices };
}

/** The hosts a credential will be bound to. @throws KEY_EMPTY, HOST_INVALID */
export function checkOrigins(provider: Provider, values: Readonly<Record<string, string>>): Pick<CheckedCredential, "origins" | "host"> {
  const tenant = tenantOf(provider, values[HOST_FIELD] ?? "");
  const fixed = provider.endpoints.filter(({ host }) => !isTenantHost(host)).map(({ host, port }) => ({ host, port }));
  const origins = tenant === null ? fixed : [tenant, ...fixed.filter((origin) => !sameAuthority(origin, tenant))];
  return { origins, host: tenant === null ? null : formatAuthority(tenant) };
}

/** The one host that {tenant} stands for in this connection, fixed from now on. @throws KEY_EMPTY, HOST_INVALID */
export function tenantOf(provider: Provider, typed: string): Authority | null {
  if (!needsHost(provider)) return null;
  const label = provider.tenant?.label ?? HOST_FIELD;
  const example = provider.tenant?.example ?? "";
  const detail = { provider: provider.id, field: HOST_FIELD };
  if (typed.trim() === "") {
    throw new KeywardError("KEY_EMPTY", `${provider.name} needs to know the host: ${label.toLowerCase()}, such as ${example}`, {
      hint: `keyward login ${provider.id} --host ${example}`,
      detail,
    });
  }
  const origin = tenantOrigin(provider, completeTenant(provider, typed));
  if (origin !== null) return origin;
  // Not repeated: a key may have been typed into the wrong field.
  throw new KeywardError("HOST_INVALID", `this is not a host of ${provider.name}; one looks like ${example}`, {
    hint: `keyward login ${provider.id} --host ${example}`,
    detail,
  });
}

/** The connection that is there, when it may be replaced. @throws CONNECTION_EXISTS */
export function refuseExisting(profile: UnlockedProfile | null, ref: ConnectionRef, force: boolean): Connection | null {
  const before = profile?.find(ref) ?? null;
  if (before === null || force) return before;
  const flag = ref.name === "default" ? "" : ` --connection ${ref.name}`;
  throw new KeywardError("CONNECTION_EXISTS", `${describeConnection(ref)} is already there; its key was not touched`, {
    hint: `to replace it: keyward login ${ref.provider}${flag} --force`,
    detail: { ...ref },
  });
}

function refuseUnknownFields(provider: Provider, values: Readonly<Record<string, string>>): void {
  const names = [...(needsHost(provider) ? [HOST_FIELD] : []), ...provider.fields.map((field) => field.name)];
  if (Object.keys(values).every((name) => names.includes(name))) return;
  // The unknown name is not repeated: it may be a pasted value.
  throw new KeywardError("FIELD_UNKNOWN", `${provider.id} has no such field; its fields are ${names.join(", ")}`, {
    detail: { provider: provider.id, fields: names },
  });
}

interface Given {
  readonly ref: ConnectionRef;
  readonly provider: Provider;
  readonly fields: Readonly<Record<string, Secret>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Those the ref had before; new ones for the fields without, as long as the key where a body is to keep its length. */
function placeholdersFor(profile: UnlockedProfile, { ref, provider, fields, secrets }: Given): Record<string, string> {
  const known = profile.store.connections.placeholders(ref) ?? {};
  const taken = profile.store.connections.allPlaceholders();
  const placeholders: Record<string, string> = {};
  for (const field of provider.fields.filter(
    ({ name, secret }) => secret && (Object.hasOwn(fields, name) || Object.hasOwn(secrets, name)),
  )) {
    const length = isInBody(provider, field) ? fields[field.name]?.length : undefined;
    const text = known[field.name] ?? makePlaceholder(field, taken, length);
    placeholders[field.name] = text;
    taken.push(text);
  }
  return placeholders;
}

/** What stands for the refresh token where a tool keeps it. */
function refreshStandIn(profile: UnlockedProfile, ref: ConnectionRef): Record<string, string> {
  const known = profile.store.connections.placeholders(ref)?.[REFRESH_STAND_IN];
  return { [REFRESH_STAND_IN]: known ?? makePlaceholder(REFRESH_FIELD, profile.store.connections.allPlaceholders()) };
}

const REFRESH_FIELD: ProviderField = {
  name: REFRESH_STAND_IN,
  label: "Refresh token",
  secret: true,
  optional: false,
  env: [],
  patternCheck: "refuse",
};

function isInBody(provider: Provider, { name }: ProviderField): boolean {
  return provider.inject.flat().some((place) => (place.in === "form" || place.in === "json") && place.template.includes(`{${name}}`));
}
