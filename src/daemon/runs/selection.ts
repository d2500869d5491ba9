// Which connections a run binds: what the command line asked for, met with what is stored. Pure.
// In: a RunSelection, the stored connections, the catalogue. Out: choices with one default per provider, and what is missing.
// It never falls back from a connection that was asked for to another one.
import type { Connection, ConnectionRef } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import type { RunSelection } from "../../core/run.ts";
import type { Provider } from "../../providers/schema.ts";
import { atOrigins } from "../../providers/login/self-hosted.ts";
import { unknownProvider } from "../definitions/unknown-provider.ts";

export interface SelectionSources {
  readonly connections: readonly Connection[];
  readonly find: (provider: string) => Provider | null;
  readonly suggest: (provider: string) => readonly string[];
}

export interface Choice {
  readonly connection: Connection;
  readonly definition: Provider;
  /** The run's choice for its provider. */
  readonly isDefault: boolean;
  /** How clearly the provider was asked for: 2 by --provider, 1 by --connection, 0 not at all. */
  readonly asked: 0 | 1 | 2;
}

/** @throws PROVIDER_UNKNOWN, LOGIN_REQUIRED, CONNECTION_AMBIGUOUS */
export function selectConnections(selection: RunSelection, sources: SelectionSources): Choice[] {
  for (const provider of askedProviders(selection))
    if (sources.find(provider) === null) throw unknownProvider(provider, sources.suggest(provider));
  for (const ref of selection.connections) if (!isStored(ref, sources)) throw loginRequired(ref);
  for (const provider of selection.providers) if (storedOf(provider, sources).length === 0) throw loginRequired({ provider, name: null });
  return providersOf(selection, sources).flatMap((provider) => {
    const choices = chooseOf(provider, selection, sources);
    if (!choices.some((choice) => choice.isDefault) && choices.length > 0) throw ambiguous(provider, choices);
    return choices;
  });
}

/** The same for a run that lives already: what is gone meanwhile is left out, not complained about. */
export function reselectConnections(selection: RunSelection, sources: SelectionSources): Choice[] {
  return providersOf(selection, sources).flatMap((provider) => chooseOf(provider, selection, sources));
}

function askedProviders(selection: RunSelection): string[] {
  return unique([...selection.providers, ...selection.connections.map((ref) => ref.provider)]);
}

/** `--provider` narrows to what was named; without it every connected provider counts. */
function providersOf(selection: RunSelection, sources: SelectionSources): string[] {
  const connected = unique(sources.connections.map((connection) => connection.provider)).sort();
  if (selection.providers.length === 0) return connected;
  const asked = new Set(askedProviders(selection));
  return connected.filter((provider) => asked.has(provider));
}

function chooseOf(provider: string, selection: RunSelection, sources: SelectionSources): Choice[] {
  const definition = sources.find(provider);
  if (definition === null) return [];
  const stored = storedOf(provider, sources);
  const named = unique(selection.connections.filter((ref) => ref.provider === provider).map((ref) => ref.name));
  const asked = selection.providers.includes(provider) ? 2 : named.length > 0 ? 1 : 0;
  const choice = (connection: Connection, isDefault: boolean): Choice => ({
    connection,
    definition: atOrigins(definition, connection.origins),
    isDefault,
    asked,
  });
  if (named.length > 0) {
    const found = named.flatMap((name) => stored.filter((connection) => connection.name === name));
    return found.map((connection) => choice(connection, connection.name === named[0]));
  }
  const all = selection.providers.length === 0 && selection.connections.length === 0;
  const bound = all ? stored : stored.filter((connection) => connection.isDefault || stored.length === 1);
  if (bound.length === 0) return stored.map((connection) => choice(connection, false));
  return bound.map((connection) => choice(connection, connection.isDefault || stored.length === 1));
}

function storedOf(provider: string, sources: SelectionSources): Connection[] {
  return sources.connections.filter((connection) => connection.provider === provider);
}

function isStored(ref: ConnectionRef, sources: SelectionSources): boolean {
  return sources.connections.some((connection) => connection.provider === ref.provider && connection.name === ref.name);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function loginRequired({ provider, name }: { provider: string; name: string | null }): KeywardError {
  const what = name === null ? `${provider} has no stored connection` : `${provider} (${name}) has no stored credential`;
  const hint = name === null || name === "default" ? `keyward login ${provider}` : `keyward login ${provider} --connection ${name}`;
  return new KeywardError("LOGIN_REQUIRED", what, { hint });
}

function ambiguous(provider: string, choices: readonly Choice[]): KeywardError {
  const names = choices.map((choice) => choice.connection.name);
  return new KeywardError("CONNECTION_AMBIGUOUS", `${provider} has the connections ${names.join(", ")} and none is the default`, {
    hint: `keyward connection default ${provider} ${names[0] ?? ""}`,
  });
}
