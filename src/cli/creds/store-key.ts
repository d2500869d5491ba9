// Where one value of `creds set` goes: the connection of the provider that declares its name, or the vault when it is only a part of one
// or nobody's. In: the name, the value, the catalogue. Out: what was made, in words. The value goes to the daemon and nowhere else.
import type { CatalogueKey, CatalogueRow } from "../../control/api/creds.ts";
import { loadSettings } from "../../config/settings-file.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";

export interface KeyToStore {
  readonly key: string;
  readonly value: string;
  readonly rows: readonly CatalogueRow[];
  /** null = whichever declares the name. */
  readonly provider: string | null;
  readonly connection: string | null;
  /** Store it whatever it looks like. */
  readonly anyShape: boolean;
}

export interface KeyStored {
  readonly provider: string | null;
  readonly connection: string | null;
  /** Required keys of the provider that are not there yet. */
  readonly stillMissing: readonly string[];
  readonly notices: readonly string[];
}

interface Owner {
  readonly row: CatalogueRow;
  readonly key: CatalogueKey;
}

export async function storeKey(wanted: KeyToStore, context: Context): Promise<KeyStored> {
  const owner = findOwner(wanted);
  if (owner === null) {
    const notices = await putIntoVault(wanted, context);
    return { provider: null, connection: null, stillMissing: [], notices };
  }
  if (owner.row.requiredKeys.every((name) => name === owner.key.name)) return storeConnection(owner, wanted, context);
  return storePart(owner, wanted, context);
}

/** @throws USAGE when several declare the name */
export function findOwner({ key, rows, provider }: Pick<KeyToStore, "key" | "rows" | "provider">): Owner | null {
  const owners = rows
    .filter(({ id, kind }) => kind !== "local" && (provider === null || provider === id))
    .flatMap((row) => row.keys.filter(({ names }) => names.includes(key)).map((found) => ({ row, key: found })));
  const [owner, second] = owners;
  if (provider !== null && owner === undefined)
    throw new KeywardError("USAGE", `${provider} has no key of this name`, { hint: `keyward creds list --provider ${provider}` });
  if (owner === undefined) return null;
  if (second === undefined) return owner;
  throw new KeywardError("USAGE", `${owners.map(({ row }) => row.id).join(" and ")} both declare ${key}`, {
    hint: `say which: keyward creds set ${key} --provider ${owner.row.id}`,
  });
}

async function storeConnection({ row, key }: Owner, { value, connection, anyShape }: KeyToStore, context: Context): Promise<KeyStored> {
  const verify = loadSettings(context.paths, context.world.environment)["login.verify"];
  const stored = await context.call("connection.store", {
    profile: context.profile,
    provider: row.id,
    connection,
    fields: { [key.field]: value },
    force: true,
    checks: { anyShape, doubtful: "warn", verify },
  });
  return { provider: stored.provider, connection: stored.name, stillMissing: [], notices: stored.notices };
}

/** Of several values, each waits in the vault until the last is there; then a connection refers to them. */
async function storePart(owner: Owner, wanted: KeyToStore, context: Context): Promise<KeyStored> {
  const { row } = owner;
  const notices = await putIntoVault({ ...wanted, key: owner.key.name }, context);
  const { secrets } = await context.call("vault.list", { profile: context.profile, scope: null });
  const there = new Set(secrets.map(({ name }) => name));
  const stillMissing = row.requiredKeys.filter((name) => !there.has(name));
  if (stillMissing.length > 0) return { provider: row.id, connection: null, stillMissing, notices };
  const parts = row.keys.filter(({ name }) => there.has(name)).map(({ field, name }) => [field, name] as const);
  const linked = await context.call("connection.link", {
    profile: context.profile,
    provider: row.id,
    connection: wanted.connection,
    secrets: Object.fromEntries(parts),
    fields: {},
    force: true,
  });
  return { provider: linked.provider, connection: linked.name, stillMissing: [], notices: [...notices, ...linked.notices] };
}

async function putIntoVault({ key, value }: Pick<KeyToStore, "key" | "value">, { call, profile }: Context): Promise<string[]> {
  const { notice } = await call("vault.put", { profile, name: key, scope: "user", value, reference: null, copy: false });
  return notice === null ? [] : [notice];
}
