// What a run token's connections are to the proxy: bindings with placeholders that every replica of a gateway makes alike.
// In: a connection as the hub shares it and its provider's definition. Out: a binding, its credential, its placeholders; or null for what does not fit.
import { drawPlaceholder } from "../../connections/placeholder.ts";
import type { Connection, Credential } from "../../core/connection.ts";
import { seededText } from "../../core/ids.ts";
import { Secret } from "../../core/secret.ts";
import { atOrigins } from "../../providers/login/self-hosted.ts";
import type { Provider } from "../../providers/schema.ts";
import type { Binding } from "../../proxy/ports.ts";
import { readFields } from "../hub/shared/secret-fields.ts";
import { takeOrigins } from "../hub/shared/take-origins.ts";
import type { SharedConnection } from "./token-runs.ts";

export interface TokenBinding {
  readonly binding: Binding & { readonly connection: Connection };
  readonly credential: Credential;
}

/** The first of a provider is the default. */
export function bindShared(shared: readonly SharedConnection[], find: (provider: string) => Provider | null): TokenBinding[] {
  const seen = new Set<string>();
  const bound: TokenBinding[] = [];
  for (const each of shared) {
    const provider = find(each.provider);
    const one = provider === null ? null : bindOne(each, provider, !seen.has(each.provider));
    if (one === null) continue;
    seen.add(each.provider);
    bound.push(one);
  }
  return bound;
}

function bindOne(shared: SharedConnection, provider: Provider, isDefault: boolean): TokenBinding | null {
  const taken = takeOrigins(provider, shared.origins);
  const texts = readFields(provider.fields, shared.value);
  if (texts === null || "fault" in taken) return null;
  const bound = taken.origins;
  const placeholders = placeholdersOf(shared, provider, texts);
  const fields = Object.fromEntries(Object.entries(texts).map(([field, text]) => [field, new Secret(text)]));
  // A new version of the secret is another credential.
  const id = `${shared.id}.${shared.version}`;
  const shown = provider.fields.filter((field) => !field.secret && texts[field.name] !== undefined);
  const connection: Connection = {
    id,
    provider: provider.id,
    name: shared.name,
    kind: "api_key",
    isDefault,
    origins: bound,
    placeholders,
    publicFields: Object.fromEntries(shown.map(({ name }) => [name, texts[name] ?? ""])),
    createdAtMs: 0,
    expiresAtMs: null,
    lastUsedAtMs: null,
  };
  const definition = atOrigins(provider, bound);
  const binding = { provider: provider.id, name: shared.name, definition, origins: bound, placeholders, isDefault, connection };
  return { binding, credential: { connectionId: id, fields, expiresAtMs: null } };
}

/** Of the connection's id alone: the same in every replica and for every version of the secret. Worthless without a token. */
function placeholdersOf(shared: SharedConnection, provider: Provider, texts: Readonly<Record<string, string>>): Record<string, string> {
  const taken: string[] = [];
  const placeholders: Record<string, string> = {};
  for (const field of provider.fields) {
    if (!field.secret || texts[field.name] === undefined) continue;
    const text = drawPlaceholder(field, { taken, draw: seededText(`keyward gateway ${shared.id} ${field.name}`) });
    placeholders[field.name] = text;
    taken.push(text);
  }
  return placeholders;
}
