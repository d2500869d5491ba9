// What the daemon accepts for vault.*, service.* and connection.link, checked at run time; part of schema.ts.
// In: the parsed `params` of a line. Out: typed params. It never says what was given.
import { z } from "zod";
import { MAX_SECRET_CHARS, SECRET_NAME_PATTERN, SECRET_SCOPES, SERVICE_KINDS } from "../../core/vault/words.ts";

const text = z.string().max(256);
const profile = { profile: text.nullable() };
const scope = z.enum(SECRET_SCOPES);
const secretName = z.string().regex(SECRET_NAME_PATTERN);
const value = z.string().max(MAX_SECRET_CHARS);
const asker = z.strictObject({ pid: z.int().positive(), startedAt: z.string().max(128) });
const named = { ...profile, name: secretName, scope: scope.nullable() };
const kind = z.enum(SERVICE_KINDS);

export const vaultSchemas = {
  "vault.put": z.strictObject({
    ...profile,
    scope,
    name: secretName,
    value: value.nullable(),
    reference: z.string().max(4_096).nullable(),
    copy: z.boolean(),
  }),
  "vault.list": z.strictObject({ ...profile, scope: scope.nullable() }),
  "vault.get": z.strictObject(named),
  "vault.versions": z.strictObject(named),
  "vault.remove": z.strictObject({ ...named, force: z.boolean(), dryRun: z.boolean() }),
  "vault.pull": z.strictObject(named),
  "vault.push": z.strictObject({
    ...profile,
    scope,
    pairs: z.array(z.strictObject({ name: secretName, value })).max(10_000),
    dryRun: z.boolean(),
  }),
  "vault.reveal": z.strictObject({ ...named, version: z.int().positive().nullable(), asker }),
  "vault.expand": z.strictObject({ ...profile, texts: z.record(text, value), asker }),
  "vault.check": z.strictObject({ ...profile, names: z.array(secretName).max(10_000).nullable() }),
  "vault.supply": z.strictObject({ variables: z.record(text, value) }),
  "connection.link": z.strictObject({
    ...profile,
    provider: text,
    connection: text.nullable(),
    secrets: z.record(text, secretName),
    fields: z.record(text, value),
    force: z.boolean(),
  }),
  "service.set": z.strictObject({
    ...profile,
    id: text,
    kind,
    label: text,
    secret: secretName.nullable(),
    provider: text.nullable(),
    force: z.boolean(),
  }),
  "service.list": z.strictObject({ ...profile, kind: kind.nullable() }),
  "service.get": z.strictObject({ ...profile, id: text }),
  "service.remove": z.strictObject({ ...profile, id: text }),
} as const;
