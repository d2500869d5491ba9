// creds.catalogue: every provider as a row of the catalogue of credentials. One list with the definitions, and the local servers beside it.
// In: the definitions and what a profile has stored. Out: names, kinds and shapes. A profile that cannot be opened hides no row.
import type { CatalogueConnection, CatalogueKey, CatalogueRow, CatalogueSecret, ProviderKind } from "../../control/api/creds.ts";
import type { MethodTable } from "../../control/server.ts";
import type { Connection } from "../../core/connection.ts";
import { toKeywardError } from "../../core/errors.ts";
import type { Provider, ProviderField } from "../../providers/schema.ts";
import { profileFiles } from "../../store/profile-files.ts";
import type { DaemonParts } from "../parts.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { findSecret, sourceOf } from "../vault/find-secret.ts";
import { connectionFault, mayBeKey } from "./connection-fault.ts";
import { LOCAL_PROVIDERS } from "./local-providers.ts";

/** Where something is sold. */
const MARKETPLACES = new Set(["apify", "bigcommerce", "gumroad", "lemon-squeezy", "paddle", "polar", "shopify", "woocommerce"]);

export function catalogueMethods(parts: DaemonParts): Pick<MethodTable, "creds.catalogue"> {
  return {
    "creds.catalogue": async ({ profile: requested }) => {
      const name = parts.profiles.nameOf(requested);
      const { rows, unreadable } = await rowsOf(requested, parts);
      const taken = new Set(rows.map(({ id }) => id));
      const all = [...rows, ...LOCAL_PROVIDERS.filter(({ id }) => !taken.has(id))].sort((a, b) => (a.id < b.id ? -1 : 1));
      return { rows: all, profile: name, profilePath: profileFiles(parts.paths.profiles, name).database, unreadable };
    },
  };
}

async function rowsOf(requested: string | null, parts: DaemonParts): Promise<{ rows: CatalogueRow[]; unreadable: string | null }> {
  const { definitions } = parts;
  definitions.refresh();
  try {
    const stored = await lookInProfile(requested, parts);
    // Listed after the profile was opened, which brings in what its hub shares.
    const defined = definitions.current().list();
    return { rows: defined.map((provider) => catalogueRow(provider, stored)), unreadable: null };
  } catch (error) {
    const defined = definitions.current().list();
    return { rows: defined.map((provider) => catalogueRow(provider)), unreadable: toKeywardError(error).message };
  }
}

/** A connection, and why it would serve no request; null = it would. */
export interface JudgedConnection {
  readonly connection: Connection;
  readonly fault: string | null;
}

/** What a profile has. */
export interface StoredCredentials {
  readonly connections: readonly JudgedConnection[];
  /** The secret of the vault that has this name, as a key of the provider. */
  readonly secretFor: (name: string, field: string, provider: Provider) => CatalogueSecret | null;
}

const NOTHING_STORED: StoredCredentials = { connections: [], secretFor: () => null };

export function catalogueRow(provider: Provider, { connections, secretFor } = NOTHING_STORED): CatalogueRow {
  const keys = provider.fields.map((field): CatalogueKey => {
    const key = keyOf(provider, field);
    return { ...key, secret: secretFor(key.name, key.field, provider) };
  });
  const named = (optional: boolean): string[] => keys.filter((key) => key.optional === optional).map(({ name }) => name);
  return {
    id: provider.id,
    name: provider.name,
    kind: kindOf(provider),
    requiredKeys: named(false),
    optionalKeys: named(true),
    cloud: true,
    docsUrl: provider.docsUrl ?? null,
    keysUrl: provider.keysUrl ?? null,
    keys,
    connections: connections.filter(({ connection }) => connection.provider === provider.id).map(describe),
  };
}

function kindOf({ id, category }: Provider): ProviderKind {
  if (MARKETPLACES.has(id)) return "marketplace";
  return category === "llm" ? "llm" : "integration";
}

/** Many services name no variable of their own: then the id and the field make the name. */
function keyOf(provider: Provider, field: ProviderField): Omit<CatalogueKey, "secret"> {
  const made = `${provider.id}_${field.name === "key" ? "api_key" : field.name}`.toUpperCase().replace(/[^A-Z0-9]/g, "_");
  const names = field.env.length > 0 ? field.env : [/^\d/.test(made) ? `_${made}` : made];
  const pattern = field.patternCheck === "refuse" ? (field.pattern ?? null) : null;
  return { name: names[0] ?? made, names, field: field.name, optional: field.optional, pattern };
}

function describe({ connection, fault }: JudgedConnection): CatalogueConnection {
  const { name, isDefault, placeholders, publicFields, secrets = {} } = connection;
  const fields = [...new Set([...Object.keys(placeholders), ...Object.keys(publicFields), ...Object.keys(secrets)])];
  return { name, isDefault, fields, fault };
}

async function lookInProfile(requested: string | null, { profiles, definitions, clock }: DaemonParts): Promise<StoredCredentials> {
  const profile = await profiles.find(requested);
  if (profile === null) return NOTHING_STORED;
  const nowMs = clock.nowMs();
  const connections = profile.connections().map((connection) => {
    const provider = definitions.current().get(connection.provider);
    return { connection, fault: connectionFault(connection, { profile, provider, nowMs }) };
  });
  const names = new Set(profile.store.secrets.list().map((secret) => secret.name));
  return {
    connections,
    secretFor: (name, field, provider) => (names.has(name) ? judgeSecret(name, field, { profile, provider }) : null),
  };
}

function judgeSecret(name: string, field: string, context: { profile: UnlockedProfile; provider: Provider }): CatalogueSecret | null {
  const secret = findSecret(context.profile, name, null);
  if (secret === null) return null;
  const fault = mayBeKey(secret, field, context) ? null : "it does not have the shape of the provider's keys";
  return { source: sourceOf(secret.reference), fault };
}
