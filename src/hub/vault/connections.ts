// The team's connections: which provider, which secret, which exact origins. They hold no value; removing one leaves its secret.
// In: a transaction in the workspace. Out: rows.
import { KeywardError } from "../../core/errors.ts";
import { randomText } from "../../core/ids.ts";
import type { NewHubConnection } from "../../core/shapes/hub-connection.ts";
import { notFound } from "../http/hub-error.ts";
import { nextRev } from "../storage/next-rev.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { ConnectionTable } from "../storage/tables/vault.ts";
import { findSecretFor, type Place } from "./secrets.ts";

function visible(tx: HubTransaction, place: Place) {
  return tx.db
    .selectFrom("connection")
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

export async function listConnections(
  tx: HubTransaction,
  place: Place,
  page: { readonly afterId: string; readonly limit: number },
): Promise<ConnectionTable[]> {
  const rows = visible(tx, place).where("deleted_at_ms", "is", null).where("connection_id", ">", page.afterId);
  return await rows.orderBy("connection_id").limit(page.limit).execute();
}

export async function connectionsSince(tx: HubTransaction, place: Place, rev: number): Promise<ConnectionTable[]> {
  return await visible(tx, place).where("rev", ">", rev).orderBy("rev").execute();
}

/** @throws HUB_NOT_FOUND */
export async function findConnection(tx: HubTransaction, place: Place, connectionId: string): Promise<ConnectionTable> {
  const row = await visible(tx, place).where("connection_id", "=", connectionId).where("deleted_at_ms", "is", null).executeTakeFirst();
  if (row === undefined) throw notFound("connection");
  return row;
}

interface Making {
  readonly tx: HubTransaction;
  readonly place: Place;
  readonly nowMs: number;
}

/** @throws HUB_CONFLICT for a name that is taken in this scope, HUB_NOT_FOUND for the secret */
export async function addConnection({ tx, place, nowMs }: Making, wanted: NewHubConnection): Promise<ConnectionTable> {
  const same = visible(tx, place).where("provider", "=", wanted.provider).where("name", "=", wanted.name).where("scope", "=", wanted.scope);
  if ((await same.where("deleted_at_ms", "is", null).executeTakeFirst()) !== undefined) {
    throw new KeywardError("HUB_CONFLICT", `there is a connection ${wanted.provider}/${wanted.name} of scope ${wanted.scope}`);
  }
  const secret = wanted.secret === null ? null : await findSecretFor(tx, place, { named: wanted.secret, scope: wanted.scope });
  const row: ConnectionTable = {
    tenant_id: place.tenantId,
    workspace_id: wanted.scope === "workspace" ? place.workspaceId : null,
    connection_id: `con_${randomText(20)}`,
    user_id: wanted.scope === "user" ? place.userId : null,
    scope: wanted.scope,
    provider: wanted.provider,
    name: wanted.name,
    kind: wanted.kind,
    label: wanted.label,
    secret_id: secret?.secret_id ?? null,
    origins: JSON.stringify(wanted.origins),
    rev: await nextRev(tx, place.tenantId),
    etag: randomText(12),
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
    deleted_at_ms: null,
  };
  await tx.db.insertInto("connection").values(row).execute();
  return row;
}

/** What may change without a new connection: its label and its secret. @throws HUB_CONFLICT under a stale etag */
export async function changeConnection(
  { tx, place, nowMs }: Making,
  row: ConnectionTable,
  change: { readonly label?: string | undefined; readonly secret?: string | undefined; readonly ifMatch: string | null },
): Promise<ConnectionTable> {
  if (change.ifMatch !== null && change.ifMatch !== row.etag)
    throw new KeywardError("HUB_CONFLICT", "the connection was changed meanwhile", { hint: "read it again" });
  const secret = change.secret === undefined ? null : await findSecretFor(tx, place, { named: change.secret, scope: row.scope });
  const next = {
    label: change.label ?? row.label,
    secret_id: secret?.secret_id ?? row.secret_id,
    rev: await nextRev(tx, place.tenantId),
    etag: randomText(12),
    updated_at_ms: nowMs,
  };
  await tx.db
    .updateTable("connection")
    .set(next)
    .where("tenant_id", "=", row.tenant_id)
    .where("connection_id", "=", row.connection_id)
    .execute();
  return { ...row, ...next };
}

export async function removeConnection({ tx, place, nowMs }: Making, row: ConnectionTable): Promise<void> {
  const change = { deleted_at_ms: nowMs, secret_id: null, rev: await nextRev(tx, place.tenantId) };
  await tx.db
    .updateTable("connection")
    .set(change)
    .where("tenant_id", "=", row.tenant_id)
    .where("connection_id", "=", row.connection_id)
    .execute();
}
