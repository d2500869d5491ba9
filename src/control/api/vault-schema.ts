// What the daemon accepts for vault.*, labelled.* and connection.link, checked at run time; part of schema.ts.
// In: the parsed `params` of a line. Out: typed params. It never says what was given.
import { z } from "zod";
import { MAX_SECRET_CHARS, SECRET_NAME_PATTERN, SECRET_SCOPES, LABELLED_KINDS } from "../../core/vault/words.ts";

const text = z.string().max(256);
const profile = { profile: text.nullable() };
const scope = z.enum(SECRET_SCOPES);
const secretName = z.string().regex(SECRET_NAME_PATTERN);
const value = z.string().max(MAX_SECRET_CHARS);
const asker = z.strictObject({ pid: z.int().positive(), startedAt: z.string().max(128) });
const named = { ...profile, name: secretName, scope: scope.nullable() };
const kind = z.enum(LABELLED_KINDS);

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
  "labelled.set": z.strictObject({
    ...profile,
    id: text,
    kind,
    label: text,
    secret: secretName.nullable(),
    provider: text.nullable(),
    force: z.boolean(),
  }),
  "labelled.list": z.strictObject({ ...profile, kind: kind.nullable() }),
  "labelled.get": z.strictObject({ ...profile, id: text }),
  "labelled.remove": z.strictObject({ ...profile, id: text }),
} as const;
