// creds.catalogue: every provider as a row of the catalogue of credentials. One list with the definitions, and the local servers beside it.
// In: the definitions and what a profile has stored. Out: names, kinds and shapes. A profile that cannot be opened hides no row.
import type { CatalogueConnection, CatalogueKey, CatalogueRow, ProviderKind } from "../../control/api/creds.ts";
import type { MethodTable } from "../../control/server.ts";
import type { Connection } from "../../core/connection.ts";
import { toKeywardError } from "../../core/errors.ts";
import type { Provider, ProviderField } from "../../providers/schema.ts";
import { profileFiles } from "../../store/profile-files.ts";
import type { DaemonParts } from "../parts.ts";
import { LOCAL_PROVIDERS } from "./local-providers.ts";

/** Where something is sold. */
const MARKETPLACES = new Set(["apify", "bigcommerce", "gumroad", "lemon-squeezy", "paddle", "polar", "shopify", "woocommerce"]);

export function catalogueMethods(parts: DaemonParts): Pick<MethodTable, "creds.catalogue"> {
  return {
    "creds.catalogue": async ({ profile: requested }) => {
      const name = parts.profiles.nameOf(requested);
      const { connections, unreadable } = await storedConnections(requested, parts);
      const nowMs = parts.clock.nowMs();
      const defined = parts.definitions.refresh().list();
      const rows = defined.map((provider) => catalogueRow(provider, connections, nowMs));
      const taken = new Set(rows.map(({ id }) => id));
      const all = [...rows, ...LOCAL_PROVIDERS.filter(({ id }) => !taken.has(id))].sort((a, b) => (a.id < b.id ? -1 : 1));
      return { rows: all, profile: name, profilePath: profileFiles(parts.paths.profiles, name).database, unreadable };
    },
  };
}

export function catalogueRow(provider: Provider, connections: readonly Connection[], nowMs: number): CatalogueRow {
  const keys = provider.fields.map((field) => keyOf(provider, field));
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
    connections: connections.filter((connection) => connection.provider === provider.id).map((connection) => describe(connection, nowMs)),
  };
}

function kindOf({ id, category }: Provider): ProviderKind {
  if (MARKETPLACES.has(id)) return "marketplace";
  return category === "llm" ? "llm" : "integration";
}

/** Many services name no variable of their own: then the id and the field make the name. */
function keyOf(provider: Provider, field: ProviderField): CatalogueKey {
  const made = `${provider.id}_${field.name === "key" ? "api_key" : field.name}`.toUpperCase().replace(/[^A-Z0-9]/g, "_");
  const names = field.env.length > 0 ? field.env : [/^\d/.test(made) ? `_${made}` : made];
  const pattern = field.patternCheck === "refuse" ? (field.pattern ?? null) : null;
  return { name: names[0] ?? made, names, field: field.name, optional: field.optional, pattern };
}

function describe(connection: Connection, nowMs: number): CatalogueConnection {
  const { name, isDefault, placeholders, publicFields, secrets = {}, expiresAtMs, kind } = connection;
  const fields = [...new Set([...Object.keys(placeholders), ...Object.keys(publicFields), ...Object.keys(secrets)])];
  // What keyward renews itself is as good as stored.
  return { name, isDefault, fields, isExpired: kind === "api_key" && expiresAtMs !== null && expiresAtMs <= nowMs };
}

async function storedConnections(
  requested: string | null,
  { profiles }: DaemonParts,
): Promise<{ connections: readonly Connection[]; unreadable: string | null }> {
  try {
    return { connections: (await profiles.find(requested))?.connections() ?? [], unreadable: null };
  } catch (error) {
    return { connections: [], unreadable: toKeywardError(error).message };
  }
}
