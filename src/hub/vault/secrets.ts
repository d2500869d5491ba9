// The team's secrets: a name, a scope, and versions that never change. A value is sealed before it reaches a row.
// In: a transaction in the workspace and what to do. Out: rows; a value only from openSecret, after its audit line.
import { KeywardError } from "../../core/errors.ts";
import { randomText } from "../../core/ids.ts";
import { notFound } from "../http/hub-error.ts";
import type { HubParts } from "../hub-parts.ts";
import { openTenantKey, openVersion, sealVersion } from "../keys/envelope.ts";
import { nextRev } from "../storage/next-rev.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { SecretTable, SecretVersionTable } from "../storage/tables/vault.ts";

export type SecretScope = "user" | "workspace" | "tenant";

/** The nearest first. */
const SCOPES: readonly SecretScope[] = ["user", "workspace", "tenant"];

/** Where a caller stands: what it may see is its own, its workspace's and its tenant's. */
export interface Place {
  readonly tenantId: string;
  readonly workspaceId: string;
  readonly userId: string | null;
}

/** How long a deleted secret can be brought back. */
const UNDELETE_MS = 30 * 24 * 3_600_000;
const MAX_VERSIONS = 100;

function visible({ tx, place }: { readonly tx: HubTransaction; readonly place: Place }) {
  return tx.db
    .selectFrom("secret")
    .selectAll()
    .where("tenant_id", "=", place.tenantId)
    .where(({ eb, or, and }) =>
      or([
        eb("scope", "=", "tenant"),
        and([eb("scope", "=", "workspace"), eb("workspace_id", "=", place.workspaceId)]),
        and([eb("scope", "=", "user"), eb("user_id", "=", place.userId ?? "")]),
      ]),
    );
}

/** @param afterId "" for the first page */
export async function listSecrets(
  tx: HubTransaction,
  place: Place,
  page: { readonly afterId: string; readonly limit: number },
): Promise<SecretTable[]> {
  const rows = visible({ tx, place }).where("deleted_at_ms", "is", null).where("secret_id", ">", page.afterId);
  return await rows.orderBy("secret_id").limit(page.limit).execute();
}

export async function secretsSince(tx: HubTransaction, place: Place, rev: number): Promise<SecretTable[]> {
  return await visible({ tx, place }).where("rev", ">", rev).orderBy("rev").execute();
}

/** By id, or by name: the nearest scope wins. @throws HUB_NOT_FOUND */
export async function findSecret(tx: HubTransaction, place: Place, named: string): Promise<SecretTable> {
  const rows = await visible({ tx, place })
    .where("deleted_at_ms", "is", null)
    .where(({ eb, or }) => or([eb("secret_id", "=", named), eb("name", "=", named)]))
    .execute();
  // An id first: a name can be chosen to look like the id of another.
  const found = rows.find((row) => row.secret_id === named) ?? SCOPES.map((scope) => rows.find((row) => row.scope === scope)).find(Boolean);
  if (found === undefined) throw notFound("secret");
  return found;
}

/** The secret of a connection: everyone who has the connection has it as well. By name, the nearest of those. @throws HUB_NOT_FOUND, HUB_CONFLICT */
export async function findSecretFor(
  tx: HubTransaction,
  place: Place,
  wanted: { readonly named: string; readonly scope: string },
): Promise<SecretTable> {
  const wide = SCOPES.slice(SCOPES.indexOf(wanted.scope as SecretScope));
  const rows = await visible({ tx, place })
    .where("deleted_at_ms", "is", null)
    .where("name", "=", wanted.named)
    .where("scope", "in", wide)
    .execute();
  const shared = wide.map((scope) => rows.find((row) => row.scope === scope)).find(Boolean);
  const found = shared ?? (await findSecret(tx, place, wanted.named));
  if (wide.includes(found.scope as SecretScope)) return found;
  throw new KeywardError(
    "HUB_CONFLICT",
    `a connection of scope ${wanted.scope} cannot use a secret of scope ${found.scope}: others would not have it`,
    {
      hint: `keyward vault put ${found.name} --scope=${wanted.scope}`,
    },
  );
}

export interface NewSecret {
  readonly name: string;
  readonly scope: SecretScope;
  readonly value: Buffer;
  readonly createdBy: string;
  /** If-Match; null: whatever is there. */
  readonly ifMatch: string | null;
}

export interface Vault {
  readonly tx: HubTransaction;
  readonly hub: HubParts;
  readonly place: Place;
}

/** A new secret, or a new version of the one with this name and scope. @throws HUB_CONFLICT naming the scope a secret of this name has */
export async function putSecret(vault: Vault, wanted: NewSecret): Promise<SecretTable> {
  const { tx, hub, place } = vault;
  const nowMs = hub.clock.nowMs();
  const named = await visible(vault).where("name", "=", wanted.name).where("deleted_at_ms", "is", null).execute();
  const row = named.find((each) => each.scope === wanted.scope);
  if (row === undefined && named[0] !== undefined) {
    throw new KeywardError("HUB_CONFLICT", `there is a secret ${wanted.name} of scope ${named[0].scope}`, {
      hint: `keyward vault put ${wanted.name} --scope=${named[0].scope}`,
    });
  }
  if (row !== undefined && wanted.ifMatch !== null && wanted.ifMatch !== row.etag) throw changedMeanwhile();
  const rev = await nextRev(tx, place.tenantId);
  const version = (row?.current_version ?? 0) + 1;
  if (version > MAX_VERSIONS)
    throw new KeywardError("HUB_CONFLICT", `a secret has at most ${MAX_VERSIONS} versions`, { hint: "destroy it and put it anew" });
  const next: SecretTable = {
    tenant_id: place.tenantId,
    secret_id: row?.secret_id ?? `sec_${randomText(20)}`,
    workspace_id: wanted.scope === "workspace" ? place.workspaceId : null,
    user_id: wanted.scope === "user" ? place.userId : null,
    scope: wanted.scope,
    name: wanted.name,
    current_version: version,
    rev,
    etag: randomText(12),
    created_at_ms: row?.created_at_ms ?? nowMs,
    updated_at_ms: nowMs,
    deleted_at_ms: null,
    purge_at_ms: null,
  };
  if (row === undefined) await tx.db.insertInto("secret").values(next).execute();
  else await update(tx, next, { current_version: version, rev, etag: next.etag, updated_at_ms: nowMs });
  await addVersion(vault, next, { value: wanted.value, createdBy: wanted.createdBy });
  return next;
}

function changedMeanwhile(): KeywardError {
  return new KeywardError("HUB_CONFLICT", "the secret was changed meanwhile", { hint: "read it again" });
}

async function update(tx: HubTransaction, row: SecretTable, change: Partial<SecretTable>): Promise<void> {
  await tx.db.updateTable("secret").set(change).where("tenant_id", "=", row.tenant_id).where("secret_id", "=", row.secret_id).execute();
}

async function tenantKey({ tx, hub, place }: Vault): Promise<Buffer> {
  const rows = tx.db.selectFrom("tenant").select(["wrapped_key", "root_key_id"]).where("tenant_id", "=", place.tenantId);
  const row = await rows.executeTakeFirstOrThrow();
  return openTenantKey({ tenantId: place.tenantId, wrappedKey: row.wrapped_key, rootKeyId: row.root_key_id }, hub.roots);
}

async function addVersion(
  vault: Vault,
  row: SecretTable,
  { value, createdBy }: { readonly value: Buffer; readonly createdBy: string },
): Promise<void> {
  const place = { tenantId: row.tenant_id, secretId: row.secret_id, version: row.current_version };
  const { wrappedKey, sealed } = sealVersion(await tenantKey(vault), value, place);
  await vault.tx.db
    .insertInto("secret_version")
    .values({
      tenant_id: row.tenant_id,
      secret_id: row.secret_id,
      version: row.current_version,
      workspace_id: row.workspace_id,
      state: "enabled",
      wrapped_key: wrappedKey,
      sealed,
      created_by: createdBy,
      created_at_ms: vault.hub.clock.nowMs(),
    })
    .execute();
}

export async function versionsOf(tx: HubTransaction, row: SecretTable): Promise<SecretVersionTable[]> {
  const rows = tx.db.selectFrom("secret_version").selectAll().where("tenant_id", "=", row.tenant_id).where("secret_id", "=", row.secret_id);
  return await rows.orderBy("version", "desc").execute();
}

/** The caller has written the audit line before. @throws HUB_NOT_FOUND for a version that is not enabled, HUB_KEY */
export async function openSecret(vault: Vault, row: SecretTable, version: number): Promise<Buffer> {
  const rows = vault.tx.db
    .selectFrom("secret_version")
    .selectAll()
    .where("tenant_id", "=", row.tenant_id)
    .where("secret_id", "=", row.secret_id);
  const found = await rows.where("version", "=", version).executeTakeFirst();
  if (found === undefined || found.state !== "enabled" || found.wrapped_key === null || found.sealed === null)
    throw notFound("version, or it is not enabled");
  const place = { tenantId: row.tenant_id, secretId: row.secret_id, version };
  return openVersion(await tenantKey(vault), { wrappedKey: found.wrapped_key, sealed: found.sealed }, place);
}

/** `destroyed` wipes the bytes and cannot be undone. @throws HUB_NOT_FOUND, HUB_CONFLICT for a destroyed one */
export async function setVersionState(
  vault: Vault,
  row: SecretTable,
  change: { readonly version: number; readonly state: SecretVersionTable["state"] },
): Promise<void> {
  const found = (await versionsOf(vault.tx, row)).find((each) => each.version === change.version);
  if (found === undefined) throw notFound("version");
  if (found.state === "destroyed") throw new KeywardError("HUB_CONFLICT", "the version was destroyed");
  const wiped = change.state === "destroyed" ? { wrapped_key: null, sealed: null } : {};
  const rows = vault.tx.db
    .updateTable("secret_version")
    .set({ state: change.state, ...wiped })
    .where("tenant_id", "=", row.tenant_id);
  await rows.where("secret_id", "=", row.secret_id).where("version", "=", change.version).execute();
  await update(vault.tx, row, { rev: await nextRev(vault.tx, row.tenant_id), etag: randomText(12) });
}

/** It can come back for 30 days. @throws HUB_CONFLICT naming connections that refer to it, unless forced */
export async function deleteSecret({ tx, hub, place }: Vault, row: SecretTable, isForced: boolean): Promise<void> {
  // A secret of the tenant is used in other workspaces too: those count, and are not named.
  await tx.narrow({ workspaceId: "*" });
  const users = await tx.db
    .selectFrom("connection")
    .select(["provider", "name", "scope", "workspace_id", "user_id"])
    .where("tenant_id", "=", row.tenant_id)
    .where("secret_id", "=", row.secret_id)
    .where("deleted_at_ms", "is", null)
    .execute();
  await tx.narrow({ workspaceId: place.workspaceId });
  if (users.length > 0 && !isForced) {
    const own = users.filter(
      (each) =>
        each.scope === "tenant" || (each.scope === "user" ? each.user_id === place.userId : each.workspace_id === place.workspaceId),
    );
    const names = [
      ...own.map((each) => `${each.provider}/${each.name}`),
      ...(own.length < users.length ? [`${users.length - own.length} of others`] : []),
    ];
    throw new KeywardError("HUB_CONFLICT", `connections use the secret: ${names.join(", ")}`, { hint: "remove them, or pass force" });
  }
  const nowMs = hub.clock.nowMs();
  await update(tx, row, {
    deleted_at_ms: nowMs,
    purge_at_ms: nowMs + UNDELETE_MS,
    rev: await nextRev(tx, row.tenant_id),
    etag: randomText(12),
  });
}

/** @throws HUB_NOT_FOUND when it was purged, HUB_CONFLICT when the name is in use again */
export async function undeleteSecret(vault: Vault, secretId: string): Promise<SecretTable> {
  const rows = visible(vault).where("secret_id", "=", secretId).where("deleted_at_ms", "is not", null);
  const row = await rows.where("purge_at_ms", ">", vault.hub.clock.nowMs()).executeTakeFirst();
  if (row === undefined) throw notFound("deleted secret");
  const others = await visible(vault).where("name", "=", row.name).where("deleted_at_ms", "is", null).execute();
  if (others.length > 0) throw new KeywardError("HUB_CONFLICT", `there is a new secret ${row.name}`);
  const change = { deleted_at_ms: null, purge_at_ms: null, rev: await nextRev(vault.tx, row.tenant_id), etag: randomText(12) };
  await update(vault.tx, row, change);
  return { ...row, ...change };
}
