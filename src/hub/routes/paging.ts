// Cursor paging, the same for every list: `limit` 1 to 100, 50 unless said, and an opaque `next_cursor`.
// In: a query and one row more than asked for. Out: `{data, has_more, next_cursor}`. A cursor holds the last id of a page, nothing of a tenant.
import { z } from "@hono/zod-openapi";
import { invalidField } from "../http/hub-error.ts";

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
});

export type PageQuery = z.infer<typeof pageQuery>;

export function pageOf(item: z.ZodType): z.ZodType {
  return z.object({ data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() });
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

const CURSOR = /^[A-Za-z0-9_-]{1,100}$/;

/** The id a page starts after; "" for the first. @throws HUB_INVALID */
export function startOf({ cursor }: PageQuery): string {
  if (cursor === undefined) return "";
  const id = Buffer.from(cursor, "base64url").toString("latin1");
  if (!CURSOR.test(id)) throw invalidField("query.cursor", "not a cursor of this hub");
  return id;
}

/** @param rows `limit + 1` rows, sorted by id */
export function toPage<R, T>(
  rows: readonly R[],
  { limit }: PageQuery,
  each: { readonly id: (row: R) => string; readonly show: (row: R) => T },
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return { data: shown.map(each.show), has_more: isMore, next_cursor: isMore ? Buffer.from(each.id(last)).toString("base64url") : null };
}
