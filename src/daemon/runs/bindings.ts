// What a live run may use right now: everything its child was given, met with what is stored at this moment. Pure.
// In: the run's snapshot, the current choices, the catalogue. Out: bindings; a connection logged out since stays bound with
// `connection: null`, so that its hosts stay intercepted and the child's placeholder never leaves.
import type { Connection, ConnectionRef } from "../../core/connection.ts";
import type { BoundConnection, RunRecord } from "../../core/run.ts";
import { atOrigins } from "../../providers/login/self-hosted.ts";
import type { Provider } from "../../providers/schema.ts";
import type { Binding } from "../../proxy/ports.ts";
import { type Choice, reselectConnections, type SelectionSources } from "./selection.ts";

/** @param definitions what the run saw of each connection's provider last, for one whose definition was removed since */
export function bindRun(record: RunRecord, sources: SelectionSources, definitions: Map<string, Provider>): Binding[] {
  const bindings = new Map<string, Binding>();
  for (const bound of record.bound) bindings.set(key(bound), rebind(bound, record, { sources, definitions }));
  const started = new Set(record.bound.map(({ provider }) => provider));
  for (const choice of reselectConnections(record.selection, sources)) {
    const { provider } = choice.connection;
    if (!bindings.has(key(choice.connection))) {
      bindings.set(key(choice.connection), { ...fresh(choice), isDefault: choice.isDefault && !started.has(provider) });
    }
  }
  for (const binding of bindings.values()) definitions.set(key(binding), binding.definition);
  return [...bindings.values()];
}

interface Known {
  readonly sources: SelectionSources;
  readonly definitions: ReadonlyMap<string, Provider>;
}

/** The first connection of a provider in `bound` is the run's default for good: a logout must not move requests to another account. */
function isRunDefault(bound: BoundConnection, record: RunRecord): boolean {
  return record.bound.find(({ provider }) => provider === bound.provider) === bound;
}

function rebind(bound: BoundConnection, record: RunRecord, { sources, definitions }: Known): Binding {
  const connection = findConnection(bound, sources.connections);
  const origins = connection?.origins ?? bound.origins;
  const current = sources.find(bound.provider);
  return {
    provider: bound.provider,
    name: bound.name,
    definition: current === null ? (definitions.get(key(bound)) ?? lostDefinition(bound)) : atOrigins(current, origins),
    origins,
    placeholders: { ...connection?.placeholders, ...bound.placeholders },
    isDefault: isRunDefault(bound, record),
    connection,
  };
}

function fresh({ connection, definition, isDefault }: Choice): Binding {
  const { provider, name, origins, placeholders } = connection;
  return { provider, name, definition, origins, placeholders, isDefault, connection };
}

function findConnection(ref: ConnectionRef, connections: readonly Connection[]): Connection | null {
  return connections.find((connection) => connection.provider === ref.provider && connection.name === ref.name) ?? null;
}

/** Stands for a definition that is gone: it owns the hosts and has no place to inject at, so nothing is ever sent with it. */
function lostDefinition(bound: BoundConnection): Provider {
  return {
    shadowsBundled: false,
    id: bound.provider,
    name: bound.provider,
    category: "other",
    endpoints: bound.origins.map(({ host, port }) => ({ host, port })),
    fields: [],
    inject: [],
    sources: [],
    examples: { match: [], ignore: [] },
  };
}

function key(ref: ConnectionRef): string {
  return `${ref.provider} ${ref.name}`;
}
