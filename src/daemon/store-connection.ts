// Takes a credential into a profile: each field checked and cleaned, placeholders kept or made, hosts fixed, then stored.
// In: a provider, a name, raw values. Out: the stored connection, or KEY_SHAPE and friends before anything is written.
// The hosts are copied from the definition now; a definition that changes later cannot widen this connection.
import type { StoredConnection } from "../control/protocol.ts";
import { readValue } from "../connections/value.ts";
import { makePlaceholder } from "../connections/placeholder.ts";
import { type Connection, type ConnectionRef, describeConnection } from "../core/connection.ts";
import { KeywardError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import type { Secret } from "../core/secret.ts";
import type { Provider } from "../providers/schema.ts";
import type { UnlockedProfile } from "./profiles/unlocked-profile.ts";

export interface NewCredential {
  readonly provider: Provider;
  readonly name: string;
  /** Field name → as typed. */
  readonly values: Readonly<Record<string, string>>;
  readonly force: boolean;
}

/** @throws CONNECTION_EXISTS, FIELD_UNKNOWN, KEY_EMPTY, KEY_SHAPE, AUDIT_FAILED, STORE_* */
export function storeConnection(profile: UnlockedProfile, credential: NewCredential): StoredConnection {
  const { provider, name } = credential;
  const ref = { provider: provider.id, name };
  const before = refuseExisting(profile, ref, credential.force);
  const { fields, notices } = checkValues(profile, credential);
  const placeholders = placeholdersFor(profile, provider, ref);
  profile.audit.append({ kind: "login", requestId: newId("req"), runId: null, provider: ref.provider, connection: ref.name });
  const stored = profile.store.connections.put({
    ...ref,
    kind: "api_key",
    fields,
    publicFieldNames: provider.fields.filter((field) => !field.secret).map((field) => field.name),
    origins: provider.endpoints.map(({ host, port }) => ({ host, port })),
    placeholders,
    expiresAtMs: null,
  });
  profile.changed();
  return { ...ref, id: stored.id, replaced: before !== null, notices };
}

/** Checks and cleans without storing. @throws FIELD_UNKNOWN, KEY_EMPTY, KEY_SHAPE */
export function checkValues(
  profile: UnlockedProfile | null,
  { provider, values }: Pick<NewCredential, "provider" | "values">,
): { fields: Record<string, Secret>; notices: string[] } {
  refuseUnknownFields(provider, values);
  const given = new Set(profile?.store.connections.allPlaceholders());
  const isPlaceholder = (text: string): boolean => given.has(text);
  const fields: Record<string, Secret> = {};
  const notices: string[] = [];
  for (const field of provider.fields) {
    const read = readValue(values[field.name] ?? "", { provider, field, isPlaceholder });
    fields[field.name] = read.value;
    notices.push(...read.notices);
  }
  return { fields, notices };
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
  const names = provider.fields.map((field) => field.name);
  if (Object.keys(values).every((name) => names.includes(name))) return;
  // The unknown name is not repeated: it may be a pasted value.
  throw new KeywardError("FIELD_UNKNOWN", `${provider.id} has no such field; its fields are ${names.join(", ")}`, {
    detail: { provider: provider.id, fields: names },
  });
}

/** Those the ref had before; new ones for the fields without. */
function placeholdersFor(profile: UnlockedProfile, provider: Provider, ref: ConnectionRef): Record<string, string> {
  const known = profile.store.connections.placeholders(ref) ?? {};
  const taken = profile.store.connections.allPlaceholders();
  const placeholders: Record<string, string> = {};
  for (const field of provider.fields.filter(({ secret }) => secret)) {
    const text = known[field.name] ?? makePlaceholder(field, taken);
    placeholders[field.name] = text;
    taken.push(text);
  }
  return placeholders;
}
