// What the daemon accepts, checked at run time: one strict schema a method, held to the types of protocol.ts by the compiler.
// In: the parsed `params` of a line. Out: typed params, or USAGE naming the path that does not fit, never its value.
import { z } from "zod";
import { KeywardError } from "../core/errors.ts";
import { COMPUTED_FLOWS } from "../core/grant.ts";
import { hubSchemas } from "./api/hub-schema.ts";
import { vaultSchemas } from "./api/vault-schema.ts";
import type { MethodName, Params } from "./protocol.ts";

const MAX_VALUE_CHARS = 64 * 1024;
const MAX_FILE_CHARS = 2 * 1024 * 1024;
const name = z.string().max(256);
const nullableName = name.nullable();
const value = z.string().max(MAX_VALUE_CHARS);
const none = z.strictObject({}) as unknown as z.ZodType<Record<string, never>>;
const identity = z.strictObject({ pid: z.int().positive(), startedAt: z.string().max(128) });
const profile = { profile: nullableName };
const connection = { ...profile, provider: name, connection: nullableName };
const checks = z.strictObject({ anyShape: z.boolean(), doubtful: z.enum(["ask", "warn"]), verify: z.boolean() });
/** Of a credential that keyward computes. */
const computed = { flow: z.enum(COMPUTED_FLOWS).optional(), given: z.record(name, value).optional() };
const custody = z.enum(["keychain", "passphrase", "file"]);
const passphrase = z.string().max(4096);
const providerFile = { path: z.string().max(4096), text: z.string().max(MAX_FILE_CHARS) };

const layer = z.strictObject({
  allow: z.array(name).max(1000),
  deny: z.array(name).max(1000),
  denyUnmatched: z.boolean(),
  rules: z.array(z.strictObject({ provider: name, methods: z.array(name).max(32), path: z.string().max(4096) })).max(1000),
});

const selection = z.strictObject({
  connections: z.array(z.strictObject({ provider: name, name })).max(1000),
  providers: z.array(name).max(1000),
});
const layers = z.array(layer).max(16);

const network = z.strictObject({
  asker: identity,
  within: nullableName,
  proxy: z.strictObject({ url: z.string().max(8192), source: name, noProxy: z.array(name).max(1000) }).nullable(),
  caFiles: z.array(z.string().max(4096)).max(16),
});

const run = {
  ...profile,
  command: z.string().max(4096),
  selection,
  layers,
  captures: z.array(name).max(100).optional(),
  owner: identity.nullable(),
  ttlMs: z.int().positive().nullable(),
  network: network.nullable(),
  names: z.record(name, name).optional(),
  given: z
    .array(z.strictObject({ name, value, provider: nullableName }))
    .max(100)
    .optional(),
  hub: z.strictObject({ url: z.string().max(2_048), token: name, workspace: nullableName }).optional(),
  sandbox: z.boolean().optional(),
};

const declared = {
  "daemon.status": none,
  "daemon.stop": none,
  "profile.list": none,
  "profile.create": z.strictObject({ ...profile, custody: custody.nullable(), passphrase: passphrase.nullable() }),
  "profile.unlock": z.strictObject({ ...profile, passphrase }),
  "profile.lock": z.strictObject(profile),
  "profile.delete": z.strictObject(profile),
  "profile.rekey": z.strictObject({ ...profile, custody, passphrase: passphrase.nullable() }),
  "backup.make": z.strictObject({ ...profile, passphrase, asker: identity }),
  "backup.read": z.strictObject({ transferId: name, fromByte: z.int().min(0) }),
  "backup.offer": z.strictObject({ transferId: nullableName, data: z.base64().max(MAX_FILE_CHARS) }),
  "backup.restore": z.strictObject({
    ...profile,
    transferId: name,
    backupPassphrase: passphrase,
    custody: custody.nullable(),
    passphrase: passphrase.nullable(),
    replace: z.boolean(),
  }),
  "provider.list": z.strictObject(profile),
  "provider.show": z.strictObject({ ...profile, provider: name }),
  "provider.validate": z.strictObject(providerFile),
  "provider.add": z.strictObject({ ...providerFile, force: z.boolean() }),
  "provider.remove": z.strictObject({ provider: name }),
  "provider.test": z.strictObject({ provider: name }),
  "connection.list": z.strictObject(profile),
  "connection.get": z.strictObject(connection),
  "connection.reveal": z.strictObject({ ...profile, provider: nullableName, connection: nullableName, asker: identity }),
  "connection.store": z.strictObject({ ...connection, fields: z.record(name, value), force: z.boolean(), checks, ...computed }),
  "connection.remove": z.strictObject({ ...connection, everything: z.boolean(), revoke: z.boolean().optional() }),
  "connection.default": z.strictObject(connection),
  "connection.import": z.strictObject({
    ...profile,
    pairs: z.array(z.strictObject({ name: z.string().max(1024), value })).max(10_000),
    connection: nullableName,
    dryRun: z.boolean(),
    force: z.boolean(),
  }),
  "login.start": z.strictObject({
    ...connection,
    host: z.string().max(1024).nullable(),
    force: z.boolean(),
    checks,
    timeoutMs: z.int().positive().max(86_400_000),
    uiPort: z.int().min(0).max(65_535),
    ...computed,
  }),
  "login.authorize": z.strictObject({
    ...connection,
    flow: z.enum(["browser", "device", "token", "client_credentials"]),
    host: z.string().max(1024).nullable(),
    force: z.boolean(),
    timeoutMs: z.int().positive().max(86_400_000),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/))
      .max(256)
      .nullable(),
    clientId: z
      .string()
      .regex(/^[\x20-\x7e]{1,1024}$/)
      .nullable(),
    clientSecret: value.nullable(),
    refreshToken: value.nullable(),
    redirectPort: z.int().min(0).max(65_535).nullable(),
    form: z.strictObject({ uiPort: z.int().min(0).max(65_535) }).optional(),
  }),
  "creds.catalogue": z.strictObject(profile),
  "login.wait": z.strictObject({ loginId: name }),
  "run.start": z.strictObject(run),
  "run.attach": z.strictObject({ runId: name, owner: identity }),
  "run.sweep": z.strictObject({
    ...profile,
    values: z.record(name, z.string().max(MAX_FILE_CHARS)),
    files: z.array(z.strictObject({ name, text: z.string().max(MAX_FILE_CHARS) })).max(16),
  }),
  "run.end": z.strictObject({ runId: name }),
  "run.list": z.strictObject(profile),
  "run.explain": z.strictObject(run),
  "audit.list": z.strictObject({
    ...profile,
    run: nullableName,
    provider: nullableName,
    sinceMs: z.number().nullable(),
    denied: z.boolean(),
    limit: z.int().min(0).max(100_000),
  }),
  "audit.tail": z.strictObject({
    ...profile,
    run: nullableName,
    provider: nullableName,
    denied: z.boolean(),
    limit: z.int().min(0).max(1_000),
    afterSeq: z.int().min(0).nullable(),
  }),
  "audit.read": z.strictObject({
    ...profile,
    fromByte: z.int().min(0),
    selection: z
      .strictObject({ run: nullableName, provider: nullableName, sinceMs: z.number().nullable(), denied: z.boolean() })
      .nullable(),
  }),
  "audit.show": z.strictObject({ ...profile, request: name }),
  "audit.verify": z.strictObject(profile),
  "request.explain": z.strictObject({
    ...profile,
    method: name,
    url: z.string().max(64 * 1024),
    selection,
    layers,
    captures: run.captures,
  }),
  "doctor.check": z.strictObject(profile),
  "doctor.open": z.strictObject({ ...profile, clients: z.array(z.string().regex(/^[a-z0-9-]{1,64}$/)).max(100) }),
  "doctor.finish": z.strictObject({ echoId: name }),
  "ca.show": z.strictObject(profile),
  ...hubSchemas,
  ...vaultSchemas,
} as const satisfies { readonly [M in MethodName]: z.ZodType<Params<M>> };

/** Fails to compile when a schema takes a key that its method's type does not have; `satisfies` holds the other direction. */
type Surplus = { [M in MethodName]: Exclude<keyof z.output<(typeof declared)[M]>, keyof Params<M>> }[MethodName];
const schemas: [Surplus] extends [never] ? typeof declared : never = declared;

export function isMethod(method: unknown): method is MethodName {
  return typeof method === "string" && Object.hasOwn(schemas, method);
}

/** @throws USAGE */
export function checkParams<M extends MethodName>(method: M, params: unknown): Params<M> {
  const schema: z.ZodType = schemas[method];
  const checked = schema.safeParse(params);
  if (checked.success) return checked.data as Params<M>;
  const issue = checked.error.issues[0];
  // Only the name of the parameter: deeper keys and zod's messages may hold what was given.
  const [first] = issue?.path ?? [];
  const at = first === undefined ? "params" : String(first);
  const what = issue === undefined ? "does not fit" : faultOf(issue);
  throw new KeywardError("USAGE", `${method}: ${at} ${what}`);
}

function faultOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return "holds a key that does not belong there";
  // The one bound that people meet: a value from a pipe or a file that was meant to be another.
  if (issue.code === "too_big" && issue.origin === "string") return `is too long: at most ${issue.maximum} characters`;
  return "does not fit";
}
