// Connections and definitions made up for the tests of runs.
import type { Connection } from "../../../../src/core/connection.ts";
import type { RunSelection } from "../../../../src/core/run.ts";
import type { SelectionSources } from "../../../../src/daemon/runs/selection.ts";
import type { Provider } from "../../../../src/providers/schema.ts";

export function provider(id: string, fields: { name: string; env: string[]; secret?: boolean }[]): Provider {
  return {
    shadowsBundled: false,
    id,
    name: id,
    category: "other",
    endpoints: [{ host: `api.${id}.test`, port: 443 }],
    fields: fields.map(({ name, env, secret }) => ({
      name,
      env,
      label: name,
      secret: secret ?? true,
      optional: false,
      patternCheck: "refuse",
    })),
    inject: [],
    sources: ["made up"],
    examples: { match: [], ignore: [] },
  };
}

export function connection(providerId: string, name: string, change: Partial<Connection> = {}): Connection {
  return {
    provider: providerId,
    name,
    id: `con_${providerId}_${name}`,
    kind: "api_key",
    isDefault: name === "default",
    origins: [{ host: `api.${providerId}.test`, port: 443 }],
    placeholders: { key: `ph-${providerId}-${name}` },
    publicFields: {},
    createdAtMs: 0,
    expiresAtMs: null,
    lastUsedAtMs: null,
    ...change,
  };
}

export function sources(connections: readonly Connection[], providers: readonly Provider[]): SelectionSources {
  return { connections, find: (id) => providers.find((one) => one.id === id) ?? null, suggest: () => ["openai"] };
}

export function selection(connections: string[] = [], providers: string[] = []): RunSelection {
  const refs = connections.map((text) => ({ provider: text.split("=")[0] ?? "", name: text.split("=")[1] ?? "" }));
  return { connections: refs, providers };
}
