// /v1/devices: daemons that take part. Each has a key pair; the hub knows the public half and seals secrets to it.
// In: a person's session. Out: a device and its token, once. A revoked device is refused with its next request.
import { z } from "@hono/zod-openapi";
import { randomText } from "../../../core/ids.ts";
import { requirePerson } from "../../http/caller.ts";
import { notFound } from "../../http/hub-error.ts";
import { type Call, route, type RouteSpec } from "../../http/route.ts";
import { readPublicKey } from "../../keys/seal-to-device.ts";
import { note } from "../../record/note.ts";
import { nextRev } from "../../storage/next-rev.ts";
import type { DeviceTable } from "../../storage/tables/access.ts";
import { addCredential, NEVER_MS, removeCredentials } from "../../tokens/credentials.ts";
import { newHubToken } from "../../tokens/token-format.ts";

const shown = z
  .object({
    id: z.string(),
    name: z.string(),
    workspace_id: z.string().nullable(),
    created_at: z.number().int(),
    last_seen_at: z.number().int().nullable(),
  })
  .openapi("Device");

function show(row: DeviceTable, seenAtMs: number | null): z.infer<typeof shown> {
  const seen = seenAtMs === null ? null : Math.floor(seenAtMs / 1_000);
  return {
    id: row.device_id,
    name: row.name,
    workspace_id: row.workspace_id,
    created_at: Math.floor(row.created_at_ms / 1_000),
    last_seen_at: seen,
  };
}

const personOf = ({ caller }: Pick<Call<unknown, unknown, unknown>, "caller">): string => requirePerson(caller, "a person enrols devices");

const enrol = route({
  method: "post",
  path: "/v1/devices",
  summary: "enrol a daemon for the workspace; the answer is the only one with its token",
  access: { to: "workspace", scope: "sync:pull" },
  body: z.strictObject({ name: z.string().trim().min(1).max(100), public_key: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
  status: 201,
  answer: shown.extend({ token: z.string() }),
  isCreate: true,
  act: async (call) => {
    const { tx, hub, caller, standing, body, nowMs } = call;
    readPublicKey(body.public_key);
    const row: DeviceTable = {
      tenant_id: caller.tenantId,
      device_id: `dev_${randomText(20)}`,
      workspace_id: standing.workspaceId,
      user_id: personOf(call),
      name: body.name,
      public_key: body.public_key,
      created_at_ms: nowMs,
      revoked_at_ms: null,
    };
    const token = newHubToken("dev");
    await tx.db.insertInto("device").values(row).execute();
    await addCredential(tx, hub.digester, { token, tenantId: row.tenant_id, subjectId: row.device_id, expiresAtMs: NEVER_MS });
    await note(call, { action: "device.enrol", subject: row.device_id });
    return { ...show(row, null), token };
  },
});

const list = route({
  method: "get",
  path: "/v1/devices",
  summary: "the caller's daemons; an admin sees those of the workspace",
  access: { to: "workspace", scope: "connections:read" },
  status: 200,
  answer: z.object({ data: z.array(shown) }),
  act: async ({ tx, caller, standing }) => {
    let rows = tx.db
      .selectFrom("device")
      .leftJoin("last_use", "last_use.subject_id", "device.device_id")
      .selectAll("device")
      .select("last_use.used_at_ms")
      .where("tenant_id", "=", caller.tenantId)
      .where("workspace_id", "=", standing.workspaceId)
      .where("revoked_at_ms", "is", null);
    if (!standing.scopes.includes("members:admin")) rows = rows.where("user_id", "=", caller.userId ?? "");
    return { data: (await rows.orderBy("device_id").execute()).map((row) => show(row, row.used_at_ms)) };
  },
});

/** A daemon ends itself, a person each of theirs, an admin all of the workspace. */
function mayEnd({ caller, standing }: Pick<Call<unknown, unknown, unknown>, "caller" | "standing">, row: DeviceTable): boolean {
  if (caller.kind === "device") return caller.subjectId === row.device_id;
  return (caller.userId !== null && caller.userId === row.user_id) || standing.scopes.includes("members:admin");
}

const revoke = route({
  method: "delete",
  path: "/v1/devices/{device_id}",
  summary: "end a daemon's access; it wipes its cache with its next request",
  access: { to: "workspace", scope: "connections:read" },
  params: z.strictObject({ device_id: z.string().max(60) }),
  status: 204,
  act: async (call) => {
    const { tx, caller, standing, params, nowMs } = call;
    const rows = tx.db.selectFrom("device").selectAll().where("tenant_id", "=", caller.tenantId).where("device_id", "=", params.device_id);
    const row = await rows.where("workspace_id", "=", standing.workspaceId).where("revoked_at_ms", "is", null).executeTakeFirst();
    if (row === undefined || !mayEnd(call, row)) throw notFound("device");
    const update = tx.db.updateTable("device").set({ revoked_at_ms: nowMs }).where("tenant_id", "=", caller.tenantId);
    await update.where("device_id", "=", row.device_id).execute();
    await removeCredentials(tx, row.device_id);
    await nextRev(tx, caller.tenantId);
    await note(call, { action: "device.revoke", subject: row.device_id });
  },
});

export const deviceRoutes: readonly RouteSpec[] = [enrol, list, revoke];
