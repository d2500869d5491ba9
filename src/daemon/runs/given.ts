// Credentials that a run brings along from its environment (`run --from-env`): connections that live as long as the run and only in memory.
// In: names and values, the catalogue. Out: connections with placeholders, and what each variable stands for. Nothing of it is stored.
import { makePlaceholder } from "../../connections/placeholder.ts";
import { planImport } from "../../connections/import.ts";
import type { GivenPair } from "../../control/api/run.ts";
import type { Connection, Credential } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { newId, randomText } from "../../core/ids.ts";
import type { Catalogue } from "../../providers/catalogue.ts";
import type { Provider } from "../../providers/schema.ts";
import { type CheckedCredential, checkValues } from "../store-connection.ts";
import type { ChildEnvironment } from "./plan.ts";
import type { Choice } from "./selection.ts";
import type { RunSelection } from "../../core/run.ts";

export interface GivenConnection {
  readonly connection: Connection;
  readonly credential: Credential;
  /** Variable → field: also those that the definition does not declare. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface GivenSources {
  readonly catalogue: Pick<Catalogue, "list">;
  readonly require: (provider: string) => Provider;
  /** Placeholders there are. */
  readonly taken: readonly string[];
  readonly nowMs: number;
}

interface Planned {
  readonly provider: Provider;
  readonly values: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/** @throws USAGE, PROVIDER_UNKNOWN, KEY_EMPTY, KEY_SHAPE, HOST_INVALID */
export function makeGiven(pairs: readonly GivenPair[], sources: GivenSources): GivenConnection[] {
  const name = `env-${randomText(8).toLowerCase()}`;
  const taken = [...sources.taken];
  return plan(pairs, sources).map(({ provider, values, variables }) => {
    const checked = checkValues(null, { provider, values, doubtful: "warn" });
    const connection = connectionOf(provider, checked, { name, taken, nowMs: sources.nowMs });
    return { connection, credential: { connectionId: connection.id, fields: checked.fields, expiresAtMs: null }, variables };
  });
}

/** What was brought along is asked for as by --connection. */
export function selectGiven(selection: RunSelection, given: readonly GivenConnection[]): RunSelection {
  const refs = given.map(({ connection: { provider, name } }) => ({ provider, name }));
  const others = selection.connections.filter(({ provider }) => !refs.some((ref) => ref.provider === provider));
  return { ...selection, connections: [...refs, ...others] };
}

/** The child finds a placeholder in every variable that was named. */
export function addGiven(environment: ChildEnvironment, given: readonly GivenConnection[]): ChildEnvironment {
  const env = { ...environment.env };
  const names = new Set(environment.placeholderNames);
  for (const { connection, variables } of given) {
    for (const [name, field] of Object.entries(variables)) {
      const value = connection.placeholders[field] ?? connection.publicFields[field];
      if (value === undefined) continue;
      env[name] = value;
      if (Object.hasOwn(connection.placeholders, field)) names.add(name);
    }
  }
  return { env, placeholderNames: [...names] };
}

/**
 * Variables of keyward.json: each gets what the default connection of its provider has for the field, the first secret one unless said.
 * @throws USAGE for a field there is not
 */
export function addNamed(
  environment: ChildEnvironment,
  wished: Readonly<Record<string, string>> = {},
  choices: readonly Choice[] = [],
): ChildEnvironment {
  const env = { ...environment.env };
  const names = new Set(environment.placeholderNames);
  for (const [name, target] of Object.entries(wished)) {
    const [provider = "", wanted] = target.split(".");
    const choice = choices.find((one) => one.isDefault && one.connection.provider === provider);
    // Nothing of the provider is bound in this run: nothing to set.
    if (choice === undefined) continue;
    const { placeholders, publicFields } = choice.connection;
    const field = wanted ?? choice.definition.fields.find((one) => Object.hasOwn(placeholders, one.name))?.name ?? "";
    const value = placeholders[field] ?? publicFields[field];
    if (value === undefined) throw new KeywardError("USAGE", `keyward.json sets ${name} from ${target}, which has no such field`);
    env[name] = value;
    if (Object.hasOwn(placeholders, field)) names.add(name);
  }
  return { env, placeholderNames: [...names] };
}

function plan(pairs: readonly GivenPair[], sources: GivenSources): Planned[] {
  const free = pairs.filter(({ provider }) => provider === null);
  const { names, connections } = planImport(free, sources.catalogue, "env");
  const wrong = names.find(({ outcome }) => outcome !== "planned");
  if (wrong !== undefined) {
    throw new KeywardError("USAGE", `${wrong.name} cannot be bound: ${wrong.reason ?? "it is left over"}`, {
      hint: `say whose it is: --from-env PROVIDER=${wrong.name}`,
    });
  }
  const found = connections.map(({ provider: id, values, names: variables }) => {
    const provider = sources.require(id);
    const fieldOf = (variable: string): string => provider.fields.find(({ env }) => env.includes(variable))?.name ?? "";
    return { provider, values, variables: Object.fromEntries(variables.map((variable) => [variable, fieldOf(variable)])) };
  });
  return [...found, ...planNamed(pairs, sources)];
}

function planNamed(pairs: readonly GivenPair[], { require }: GivenSources): Planned[] {
  const named = pairs.filter(({ provider }) => provider !== null);
  const ids = [...new Set(named.map(({ provider }) => provider ?? ""))];
  return ids.map((id) => {
    const provider = require(id);
    const own = named.filter((pair) => pair.provider === id).map((pair) => [pair, fieldFor(pair.name, provider)] as const);
    return {
      provider,
      values: Object.fromEntries(own.map(([{ value }, field]) => [field, value])),
      variables: Object.fromEntries(own.map(([{ name }, field]) => [name, field])),
    };
  });
}

function fieldFor(variable: string, provider: Provider): string {
  const declared = provider.fields.find(({ env }) => env.includes(variable));
  const required = provider.fields.filter(({ optional }) => !optional);
  const field = declared ?? (required.length === 1 ? required[0] : undefined);
  if (field !== undefined) return field.name;
  throw new KeywardError("USAGE", `${provider.id} has several fields and declares no ${variable}`, {
    hint: `its variables are ${provider.fields.flatMap(({ env }) => env).join(", ") || "none"}; keyward login ${provider.id}`,
  });
}

interface Making {
  readonly name: string;
  readonly taken: string[];
  readonly nowMs: number;
}

function connectionOf(provider: Provider, { fields, origins }: CheckedCredential, { name, taken, nowMs }: Making): Connection {
  const placeholders: Record<string, string> = {};
  const publicFields: Record<string, string> = {};
  for (const field of provider.fields.filter((candidate) => Object.hasOwn(fields, candidate.name))) {
    if (field.secret) {
      const text = makePlaceholder(field, taken, fields[field.name]?.length);
      placeholders[field.name] = text;
      taken.push(text);
    }
  }
  return {
    id: newId("con"),
    provider: provider.id,
    name,
    kind: "api_key",
    isDefault: false,
    origins,
    placeholders,
    publicFields,
    createdAtMs: nowMs,
    expiresAtMs: null,
    lastUsedAtMs: null,
  };
}
