// Plans what `creds import` would store: each name of a dotenv file goes to the provider that declares it.
// In: name and value pairs in file order, the catalogue, the connection's name. Out: a row for every name, and the connections
// to store. It decides nothing about values but whether they are empty or equal; value.ts checks them. Pure.
import type { Catalogue } from "../providers/catalogue.ts";
import type { Provider, ProviderField } from "../providers/schema.ts";

export interface ImportPair {
  readonly name: string;
  readonly value: string;
}

export interface PlannedName {
  readonly name: string;
  readonly provider: string | null;
  readonly field: string | null;
  /** null unless the name is stored with this connection. */
  readonly connection: string | null;
  readonly outcome: "planned" | "unknown" | "refused" | "incomplete";
  /** Why not, in words without a value; null when planned. */
  readonly reason: string | null;
}

/** One connection to store; its values are raw, as the file has them. */
export interface PlannedConnection {
  readonly provider: string;
  readonly connection: string;
  readonly values: Readonly<Record<string, string>>;
  /** The names its values came from, as in the file. */
  readonly names: readonly string[];
}

export interface ImportPlan {
  /** In file order, each name once. */
  readonly names: readonly PlannedName[];
  readonly connections: readonly PlannedConnection[];
}

interface Claim {
  readonly provider: Provider;
  readonly field: ProviderField;
}

interface Found extends Claim {
  readonly name: string;
  readonly value: string;
}

export function planImport(pairs: readonly ImportPair[], catalogue: Pick<Catalogue, "list">, connection: string): ImportPlan {
  // As a shell that sources the file: the last assignment wins.
  const values = new Map(pairs.map(({ name, value }) => [name, value]));
  const claims = claimsByName(catalogue.list());
  const rows = new Map<string, PlannedName>();
  const found: Found[] = [];
  for (const [name, value] of values) {
    const [claim, second] = claims.get(name) ?? [];
    const where = { provider: claim?.provider.id ?? null, field: claim?.field.name ?? null };
    if (claim === undefined) rows.set(name, row(name, where, ["unknown", "no provider declares this name"]));
    else if (second !== undefined)
      rows.set(name, row(name, { provider: null, field: null }, ["refused", ambiguity(claims.get(name) ?? [])]));
    else if (value.trim() === "") rows.set(name, row(name, where, ["refused", "the value is empty"]));
    else found.push({ ...claim, name, value });
  }
  const connections: PlannedConnection[] = [];
  for (const group of groupByProvider(found)) {
    const { planned, names } = planProvider(group, connection);
    if (planned !== null) connections.push(planned);
    for (const name of names) rows.set(name.name, name);
  }
  return { names: [...values.keys()].flatMap((name) => rows.get(name) ?? []), connections };
}

function claimsByName(providers: readonly Provider[]): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const provider of providers) {
    for (const field of provider.fields) {
      for (const name of field.env) claims.set(name, [...(claims.get(name) ?? []), { provider, field }]);
    }
  }
  return claims;
}

function ambiguity(claims: readonly Claim[]): string {
  return `declared by ${claims.map(({ provider }) => provider.id).join(" and ")}; log in to the one you mean`;
}

function groupByProvider(found: readonly Found[]): Found[][] {
  const groups = new Map<Provider, Found[]>();
  for (const item of found) groups.set(item.provider, [...(groups.get(item.provider) ?? []), item]);
  return [...groups.values()];
}

function planProvider(found: readonly Found[], connection: string): { planned: PlannedConnection | null; names: PlannedName[] } {
  const provider = found[0]?.provider;
  if (provider === undefined) return { planned: null, names: [] };
  const chosen = new Map(provider.fields.flatMap((field) => chooseName(field, found)));
  const missing = provider.fields.filter((field) => !field.optional && !chosen.has(field.name));
  const isComplete = missing.length === 0;
  const names = found.map((item): PlannedName => {
    const winner = chosen.get(item.field.name);
    const where = { provider: provider.id, field: item.field.name };
    if (winner !== undefined && winner.value !== item.value) {
      return row(item.name, where, [
        "refused",
        `differs from ${winner.name}, which is taken for the same field; import it as another connection`,
      ]);
    }
    if (!isComplete)
      return row(item.name, where, ["incomplete", `${provider.name} also needs ${missing.map(describeField).join(" and ")}`]);
    return { name: item.name, ...where, connection, outcome: "planned", reason: null };
  });
  if (!isComplete) return { planned: null, names };
  const values = Object.fromEntries([...chosen].map(([field, { value }]) => [field, value]));
  const planned = names.filter(({ outcome }) => outcome === "planned").map(({ name }) => name);
  return { planned: { provider: provider.id, connection, values, names: planned }, names };
}

/** Of several names for one field, the one the definition lists first. */
function chooseName(field: ProviderField, found: readonly Found[]): [string, Found][] {
  const first = field.env.flatMap((name) => found.filter((item) => item.name === name))[0];
  return first === undefined ? [] : [[field.name, first]];
}

function describeField(field: ProviderField): string {
  return field.env[0] ?? `'${field.name}'`;
}

function row(
  name: string,
  where: Pick<PlannedName, "provider" | "field">,
  [outcome, reason]: readonly ["unknown" | "refused" | "incomplete", string],
): PlannedName {
  return { name, ...where, connection: null, outcome, reason };
}
