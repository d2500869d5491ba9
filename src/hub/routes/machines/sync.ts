// /v1/sync: everything a daemon caches, or what changed since it last asked. Secrets travel sealed to the device's key, after an audit line.
// In: the count the daemon has. Out: what is new and what is gone; 304 when nothing is, at once or after a wait of up to 25 s.
import { z } from "@hono/zod-openapi";
import { KeywardError } from "../../../core/errors.ts";
import type { Caller } from "../../http/caller.ts";
import { type Call, route, type RouteSpec } from "../../http/route.ts";
import { readPublicKey, sealToDevice } from "../../keys/seal-to-device.ts";
import { note } from "../../record/note.ts";
import type { ConnectionTable, SecretTable } from "../../storage/tables/vault.ts";
import { connectionsSince } from "../../vault/connections.ts";
import { openSecret, secretsSince, type Vault } from "../../vault/secrets.ts";
import { placeOf } from "../vault/secrets.ts";

export const MAX_WAIT_S = 25;

const query = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  wait: z.coerce.number().int().min(0).max(MAX_WAIT_S).default(0),
});
const secret = z.object({ id: z.string(), name: z.string(), scope: z.string(), version: z.number().int(), sealed: z.string() });
const connection = z.object({
  id: z.string(),
  provider: z.string(),
  name: z.string(),
  kind: z.string(),
  label: z.string(),
  scope: z.string(),
  secret_id: z.string().nullable(),
  origins: z.array(z.string()),
});
const answer = z
  .object({
    rev: z.number().int(),
    /** The daemon throws away what it has first. */
    is_full: z.boolean(),
    server_time: z.number().int(),
    /** When the API or run token that asks ends; null for a device, and for a token without an end. */
    expires_at: z.number().int().nullable(),
    tenant_id: z.string(),
    workspace: z.object({ id: z.string(), slug: z.string() }),
    policy: z.object({ max_offline_seconds: z.number().int() }),
    secrets: z.array(secret),
    connections: z.array(connection),
    providers: z.array(z.object({ id: z.string(), definition: z.record(z.string(), z.unknown()) })),
    gone: z.object({ secrets: z.array(z.string()), connections: z.array(z.string()), providers: z.array(z.string()) }),
  })
  .openapi("Sync");

type SyncCall = Call<unknown, z.infer<typeof query>, unknown>;

/** A device's enrolled key; for an API or run token, which has none, the key the request brings (X-Keyward-Public-Key). */
async function receiverKey({ tx, caller, from }: SyncCall): Promise<string> {
  if (caller.kind === "session")
    throw new KeywardError("HUB_FORBIDDEN", "a login does not sync; its enrolled device does", { hint: "keyward auth login" });
  if (caller.kind !== "device") return checkKey(from.publicKey);
  const rows = tx.db
    .selectFrom("device")
    .select("public_key")
    .where("tenant_id", "=", caller.tenantId)
    .where("device_id", "=", caller.subjectId);
  return (await rows.executeTakeFirstOrThrow()).public_key;
}

function checkKey(text: string | null): string {
  if (text === null)
    throw new KeywardError("HUB_INVALID", "headers.X-Keyward-Public-Key: a token syncs with a key to seal to", {
      detail: { path: "headers" },
    });
  readPublicKey(text);
  return text;
}

/** The line is written before the first value is opened; without any secret there is nothing to write. */
async function sealAll(call: SyncCall, rows: readonly SecretTable[], publicKey: string): Promise<z.infer<typeof secret>[]> {
  if (rows.length === 0) return [];
  await note(call, {
    action: "sync.pull",
    subject: call.caller.subjectId,
    detail: { secrets: rows.map((row) => row.secret_id).join(" ") },
  });
  const vault: Vault = { tx: call.tx, hub: call.hub, place: placeOf(call) };
  const sealed: z.infer<typeof secret>[] = [];
  for (const row of rows) {
    const { secret_id: id, current_version: version, name, scope } = row;
    const bytes = await openEnabled(vault, row);
    if (bytes !== null) sealed.push({ id, name, scope, version, sealed: sealToDevice(publicKey, bytes, `${id}|${version}`) });
  }
  return sealed;
}

/** Null for a current version that was disabled or destroyed: the daemon has nothing to use. */
async function openEnabled(vault: Vault, row: SecretTable): Promise<Buffer | null> {
  try {
    return await openSecret(vault, row, row.current_version);
  } catch (error) {
    if (error instanceof KeywardError && error.code === "HUB_NOT_FOUND") return null;
    throw error;
  }
}

/** A run token is good for its connections and for nothing beside them. */
function isFor(caller: Caller, connectionId: string): boolean {
  return caller.connections === null || caller.connections.includes(connectionId);
}

/** For a run token: the secrets of its connections, when the secret changed and when the connection got another one, which may be old. */
async function secretsFor(call: SyncCall, after: number): Promise<SecretTable[]> {
  const place = placeOf(call);
  if (call.caller.connections === null) return await secretsSince(call.tx, place, after);
  const all = (await connectionsSince(call.tx, place, 0)).filter(
    (row) => row.deleted_at_ms === null && isFor(call.caller, row.connection_id),
  );
  const secrets = await secretsSince(call.tx, place, 0);
  return secrets.filter((row) => all.some((each) => each.secret_id === row.secret_id && (row.rev > after || each.rev > after)));
}

/** A run token's come in the order it names them, so that every gateway takes the same one for the default. */
function inOrder(caller: Caller, rows: readonly ConnectionTable[]): readonly ConnectionTable[] {
  const { connections: order } = caller;
  return order === null ? rows : rows.toSorted((one, other) => order.indexOf(one.connection_id) - order.indexOf(other.connection_id));
}

async function providersSince({ tx, caller }: SyncCall, after: number) {
  const ofTenant = tx.db.selectFrom("provider").selectAll().where("tenant_id", "=", caller.tenantId);
  return await ofTenant.where("rev", ">", after).execute();
}

async function policyOf({ tx, caller }: SyncCall): Promise<z.infer<typeof answer>["policy"]> {
  const tenants = tx.db.selectFrom("tenant").select("max_offline_ms");
  const { max_offline_ms: maxOfflineMs } = await tenants.where("tenant_id", "=", caller.tenantId).executeTakeFirstOrThrow();
  return { max_offline_seconds: Math.floor(maxOfflineMs / 1_000) };
}

/** A gateway holds its poll for longer than a token may have left to live. */
async function expiryOf({ tx, caller }: SyncCall): Promise<number | null> {
  if (caller.kind === "device") return null;
  const tokens = tx.db.selectFrom("api_token").select("expires_at_ms").where("tenant_id", "=", caller.tenantId);
  const token = await tokens.where("api_token_id", "=", caller.subjectId).executeTakeFirst();
  return token === undefined || token.expires_at_ms === null ? null : Math.floor(token.expires_at_ms / 1_000);
}

async function workspaceOf({ tx, caller, standing }: SyncCall): Promise<z.infer<typeof answer>["workspace"]> {
  const places = tx.db.selectFrom("workspace").select(["workspace_id", "slug"]).where("tenant_id", "=", caller.tenantId);
  const { workspace_id: id, slug } = await places.where("workspace_id", "=", standing.workspaceId).executeTakeFirstOrThrow();
  return { id, slug };
}

async function pull(call: SyncCall): Promise<z.infer<typeof answer> | null> {
  const { tx, caller, nowMs } = call;
  const publicKey = await receiverKey(call);
  const counter = await tx.db.selectFrom("change_counter").selectAll().where("tenant_id", "=", caller.tenantId).executeTakeFirstOrThrow();
  if (call.query.after === counter.rev) return null;
  const isFull = call.query.after === 0 || call.query.after < counter.oldest_rev || call.query.after > counter.rev;
  const after = isFull ? 0 : call.query.after;
  const place = placeOf(call);
  const changed = (await connectionsSince(tx, place, after)).filter((row) => isFor(caller, row.connection_id));
  const connections = inOrder(caller, changed);
  const secrets = await secretsFor(call, after);
  const live = secrets.filter((row) => row.deleted_at_ms === null);
  const sealed = await sealAll(call, live, publicKey);
  const providers = await providersSince(call, after);
  const policy = await policyOf(call);
  const workspace = await workspaceOf(call);
  const isGone = (row: { readonly deleted_at_ms: number | null }): boolean => row.deleted_at_ms !== null;
  const unusable = live.filter((row) => !sealed.some((each) => each.id === row.secret_id));
  return {
    rev: counter.rev,
    is_full: isFull,
    server_time: Math.floor(nowMs / 1_000),
    expires_at: await expiryOf(call),
    tenant_id: caller.tenantId,
    workspace,
    policy,
    secrets: sealed,
    connections: connections
      .filter((row) => !isGone(row))
      .map(({ connection_id: id, provider, name, kind, label, scope, secret_id, origins }) => {
        return { id, provider, name, kind, label, scope, secret_id, origins: JSON.parse(origins) as string[] };
      }),
    providers: providers
      .filter((row) => !isGone(row))
      .map((row) => ({ id: row.provider_id, definition: JSON.parse(row.definition) as Record<string, unknown> })),
    gone: {
      secrets: [...secrets.filter(isGone), ...unusable].map((row) => row.secret_id),
      connections: connections.filter(isGone).map((row) => row.connection_id),
      providers: providers.filter(isGone).map((row) => row.provider_id),
    },
  };
}

const sync = route({
  method: "get",
  path: "/v1/sync",
  summary: "what changed since `after`, secrets sealed to the device; waits up to `wait` seconds for a change",
  access: { to: "workspace", scope: "sync:pull" },
  query,
  status: 200,
  answer,
  act: pull,
  longPoll: async ({ hub, query: { after, wait }, caller, signal }) =>
    await hub.changes.wait({ tenantId: caller.tenantId, rev: after, timeoutMs: wait * 1_000, signal }),
});

export const syncRoutes: readonly RouteSpec[] = [sync];
