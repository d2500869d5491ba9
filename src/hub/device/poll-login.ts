// RFC 8628 §3.4 and §3.5: the program asks again and again, and gets its tokens once.
// In: a device code. Out: tokens, or the RFC's word for "not yet", "slower", "no" or "too late". Of twenty that ask at once, one wins.
import { kindOf } from "../../core/shapes/hub-token.ts";
import type { HubParts } from "../hub-parts.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { DeviceCodeTable } from "../storage/tables/access.ts";
import { parseScopes } from "../http/caller.ts";
import { beginSession, type TokenPair } from "../tokens/sessions.ts";

const SLOWER_MS = 5_000;
const MAX_INTERVAL_MS = 60_000;
/** A timer that fires a little early is not a program in a hurry. */
const JITTER_MS = 250;

export type PollError = "authorization_pending" | "slow_down" | "access_denied" | "expired_token" | "invalid_grant";

export type Polled = { readonly pair: TokenPair } | { readonly error: PollError };

export interface Poll {
  readonly deviceCode: string;
  readonly clientId: string;
  readonly ip: string;
  readonly userAgent: string;
}

export async function pollLogin(hub: HubParts, poll: Poll): Promise<Polled> {
  if (kindOf(poll.deviceCode) !== "dvc") return { error: "invalid_grant" };
  return await hub.storage.within({}, async (tx) => {
    const row = await findCode(tx, hub, poll.deviceCode);
    if (row === null || row.client_id !== poll.clientId) return { error: "invalid_grant" };
    const nowMs = hub.clock.nowMs();
    if (row.expires_at_ms <= nowMs) return { error: "expired_token" };
    if (row.status === "approved") return await redeem(tx, hub, { row, poll });
    if (row.status === "denied") return { error: "access_denied" };
    return await wait(tx, row, nowMs);
  });
}

async function findCode(tx: HubTransaction, hub: HubParts, deviceCode: string): Promise<DeviceCodeTable | null> {
  for (const digest of hub.digester.candidates(deviceCode)) {
    await tx.narrow({ key: digest });
    const row = await tx.db.selectFrom("device_code").selectAll().where("device_digest", "=", digest).executeTakeFirst();
    if (row !== undefined) return row;
  }
  return null;
}

/** The first poll is never too early. One that is raises the interval and does not count as a poll, so that a program that obeys gets through. */
async function wait(tx: HubTransaction, row: DeviceCodeTable, nowMs: number): Promise<Polled> {
  const isEarly = row.last_polled_at_ms !== null && nowMs - row.last_polled_at_ms < row.interval_ms - JITTER_MS;
  const change = isEarly ? { interval_ms: Math.min(row.interval_ms + SLOWER_MS, MAX_INTERVAL_MS) } : { last_polled_at_ms: nowMs };
  await tx.db.updateTable("device_code").set(change).where("device_digest", "=", row.device_digest).execute();
  return { error: isEarly ? "slow_down" : "authorization_pending" };
}

/** The delete is the claim: over all replicas it returns the row to one of those who ask. */
async function redeem(
  tx: HubTransaction,
  hub: HubParts,
  { row, poll }: { readonly row: DeviceCodeTable; readonly poll: Poll },
): Promise<Polled> {
  const claim = tx.db.deleteFrom("device_code").where("device_digest", "=", row.device_digest).where("status", "=", "approved");
  const won = await claim.returning("device_digest").executeTakeFirst();
  if (won === undefined || row.tenant_id === null || row.user_id === null) return { error: "invalid_grant" };
  const pair = await beginSession(tx, hub, {
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    scopes: parseScopes(row.granted_scopes ?? "[]"),
    label: row.host_name,
    ip: poll.ip,
    userAgent: poll.userAgent,
  });
  return { pair };
}
