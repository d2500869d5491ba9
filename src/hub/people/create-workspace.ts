// A new workspace in a tenant.
// In: a slug and a name. Out: its row. The one who made it becomes its owner elsewhere.
import { KeywardError } from "../../core/errors.ts";
import { randomText } from "../../core/ids.ts";
import type { HubTransaction } from "../storage/storage.ts";
import { isDuplicate } from "../storage/storage-errors.ts";
import type { WorkspaceTable } from "../storage/tables/people.ts";

export interface NewWorkspace {
  readonly tenantId: string;
  readonly slug: string;
  readonly name: string;
  readonly nowMs: number;
}

/** @throws HUB_CONFLICT when the slug is taken */
export async function createWorkspace(tx: HubTransaction, { tenantId, slug, name, nowMs }: NewWorkspace): Promise<WorkspaceTable> {
  const row: WorkspaceTable = {
    tenant_id: tenantId,
    workspace_id: `wsp_${randomText(20)}`,
    slug,
    name,
    etag: randomText(12),
    created_at_ms: nowMs,
    deleted_at_ms: null,
  };
  const taken = await tx.db
    .selectFrom("workspace")
    .select("workspace_id")
    .where("tenant_id", "=", tenantId)
    .where("slug", "=", slug)
    .executeTakeFirst();
  if (taken !== undefined) throw slugTaken(slug);
  try {
    await tx.db.insertInto("workspace").values(row).execute();
  } catch (error) {
    throw isDuplicate(error) ? slugTaken(slug) : error;
  }
  return row;
}

function slugTaken(slug: string): KeywardError {
  return new KeywardError("HUB_CONFLICT", `the tenant has a workspace ${slug} already`, { detail: { path: "body.slug" } });
}
