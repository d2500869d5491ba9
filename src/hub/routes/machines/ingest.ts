// /v1/ingest/runs: daemons upload the audit of their runs. Sent twice, kept once; one bad record does not lose the rest.
// In: up to 500 records. Out: which were taken, which were there, which were refused and why. Records hold ids, hosts, statuses: never a value.
import { z } from "@hono/zod-openapi";
import { notFound } from "../../http/hub-error.ts";
import { route, type RouteSpec } from "../../http/route.ts";
import { note } from "../../record/note.ts";

const MAX_RECORDS = 500;
const MAX_RECORD_BYTES = 16_384;
/** The last second of the year 9999. */
const MAX_TIME_S = 253_402_300_799;
const RUN_ID = /^[A-Za-z0-9_-]{1,64}$/;

const answer = z.object({
  accepted: z.number().int(),
  duplicates: z.number().int(),
  rejected: z.array(z.object({ index: z.number().int(), reason: z.string() })),
});

interface RunRecord {
  readonly run_id: string;
  readonly started_at: number;
}

/** Why not, or null. */
function findFault(record: Readonly<Record<string, unknown>>): string | null {
  const { run_id: runId, started_at: startedAt } = record as Partial<RunRecord>;
  if (typeof runId !== "string" || !RUN_ID.test(runId)) return "run_id: 1 to 64 letters, digits, _ and -";
  if (typeof startedAt !== "number" || !Number.isInteger(startedAt) || startedAt < 0 || startedAt > MAX_TIME_S)
    return "started_at: unix seconds";
  return JSON.stringify(record).length > MAX_RECORD_BYTES ? `over ${MAX_RECORD_BYTES} bytes` : null;
}

const ingest = route({
  method: "post",
  path: "/v1/ingest/runs",
  summary: "upload the audit of runs",
  access: { to: "workspace", scope: "ingest:write" },
  body: z.strictObject({ runs: z.array(z.record(z.string(), z.unknown())).min(1).max(MAX_RECORDS) }),
  status: 202,
  answer,
  isCreate: true,
  act: async (call): Promise<z.infer<typeof answer>> => {
    const { tx, caller, standing, body, nowMs } = call;
    const rejected: { index: number; reason: string }[] = [];
    let accepted = 0;
    for (const [index, record] of body.runs.entries()) {
      const reason = findFault(record);
      if (reason !== null) {
        rejected.push({ index, reason });
        continue;
      }
      const { run_id, started_at } = record as unknown as RunRecord;
      const row = {
        tenant_id: caller.tenantId,
        workspace_id: standing.workspaceId,
        run_id,
        record: JSON.stringify(record),
        received_at_ms: nowMs,
      };
      const device_id = caller.kind === "device" ? caller.subjectId : null;
      const insert = tx.db.insertInto("run").values({ ...row, device_id, started_at_ms: started_at * 1_000 });
      const { numInsertedOrUpdatedRows } = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirstOrThrow();
      accepted += Number(numInsertedOrUpdatedRows ?? 0n);
    }
    await note(call, { action: "run.ingest", subject: caller.subjectId, detail: { accepted } });
    return { accepted, duplicates: body.runs.length - accepted - rejected.length, rejected };
  },
});

const list = route({
  method: "get",
  path: "/v1/ingest/runs/{run_id}",
  summary: "one uploaded run",
  access: { to: "workspace", scope: "audit:read" },
  params: z.strictObject({ run_id: z.string().regex(RUN_ID) }),
  status: 200,
  answer: z.object({
    run_id: z.string(),
    device_id: z.string().nullable(),
    received_at: z.number().int(),
    record: z.record(z.string(), z.unknown()),
  }),
  act: async ({ tx, caller, standing, params }) => {
    const rows = tx.db
      .selectFrom("run")
      .selectAll()
      .where("tenant_id", "=", caller.tenantId)
      .where("workspace_id", "=", standing.workspaceId);
    const row = await rows.where("run_id", "=", params.run_id).executeTakeFirst();
    if (row === undefined) throw notFound("run");
    const record = JSON.parse(row.record) as Record<string, unknown>;
    return { run_id: row.run_id, device_id: row.device_id, received_at: Math.floor(row.received_at_ms / 1_000), record };
  },
});

export const ingestRoutes: readonly RouteSpec[] = [ingest, list];
