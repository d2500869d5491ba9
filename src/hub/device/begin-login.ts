// RFC 8628 §3.1: a program asks to be logged in and gets two codes, one for itself and one for a person.
// In: what it is and wants. Out: the codes; the database keeps their digests only.
import type { HubParts } from "../hub-parts.ts";
import { isDuplicate } from "../storage/storage-errors.ts";
import { newHubToken } from "../tokens/token-format.ts";
import { newUserCode } from "./user-code.ts";
import type { HubScope } from "../tokens/scopes.ts";

export const CODE_LIFE_MS = 600_000;
export const INTERVAL_MS = 5_000;
const MAX_COLLISIONS = 5;

export interface LoginRequest {
  readonly clientId: string;
  readonly scopes: readonly HubScope[];
  /** What the program calls its machine; shown to the person as what it is: unverified. */
  readonly hostName: string;
  readonly ip: string;
  readonly userAgent: string;
}

export interface BegunLogin {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly expiresInS: number;
  readonly intervalS: number;
}

export async function beginLogin(hub: HubParts, request: LoginRequest): Promise<BegunLogin> {
  for (let attempt = 1; ; attempt += 1) {
    const codes = { deviceCode: newHubToken("dvc"), userCode: newUserCode() };
    try {
      await insert(hub, request, codes);
      return { ...codes, expiresInS: CODE_LIFE_MS / 1_000, intervalS: hub.pollEveryMs / 1_000 };
    } catch (error) {
      // A live code with the same eight letters.
      if (!isDuplicate(error) || attempt === MAX_COLLISIONS) throw error;
    }
  }
}

type Codes = Pick<BegunLogin, "deviceCode" | "userCode">;

async function insert(hub: HubParts, request: LoginRequest, codes: Codes): Promise<void> {
  const nowMs = hub.clock.nowMs();
  const device = hub.digester.digest(codes.deviceCode);
  const row = {
    device_digest: device.digest,
    user_digest: hub.digester.digest(codes.userCode).digest,
    pepper_id: device.pepperId,
    client_id: request.clientId,
    scopes: JSON.stringify(request.scopes),
    status: "pending",
    interval_ms: hub.pollEveryMs,
    last_polled_at_ms: null,
    host_name: request.hostName,
    ip: request.ip,
    user_agent: request.userAgent,
    created_at_ms: nowMs,
    expires_at_ms: nowMs + CODE_LIFE_MS,
    claimed_by: null,
    user_id: null,
    tenant_id: null,
    workspace_id: null,
    granted_scopes: null,
  };
  await hub.storage.within({ key: row.device_digest }, (tx) => tx.db.insertInto("device_code").values(row).execute());
}
