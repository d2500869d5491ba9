// Which providers a check is about: those named, else those the project wants, else those of which anything is there.
// In: the catalogue and the filters. Out: rows, and why these. Local servers are always among them. Pure.
import type { CatalogueRow, ProviderKind } from "../../control/api/creds.ts";
import { KeywardError } from "../../core/errors.ts";
import { PROVIDER_ID_PATTERN } from "../../core/names.ts";
import { nearest } from "../text/suggest.ts";

export const KINDS: readonly ProviderKind[] = ["llm", "integration", "marketplace", "local"];

export interface RowFilters {
  readonly provider?: readonly string[] | undefined;
  readonly kind?: readonly string[] | undefined;
}

export interface Wishes {
  /** Of keyward.json; empty without one. */
  readonly project: readonly string[];
  readonly all: boolean;
  readonly airGap: boolean;
  readonly hasTrace: (row: CatalogueRow) => boolean;
}

/** What a newcomer is shown when there is nothing at all. */
const STARTERS: readonly string[] = ["anthropic", "github", "google-gemini", "openai"];

export type Choice = "named" | "project" | "everything" | "found" | "starters";

export function chooseRows(
  rows: readonly CatalogueRow[],
  filters: RowFilters,
  { project, all, airGap, hasTrace }: Wishes,
): { readonly rows: readonly CatalogueRow[]; readonly why: Choice } {
  const filtered = filterRows(rows, filters);
  if (filters.provider !== undefined) return { rows: filtered, why: "named" };
  const local = (row: CatalogueRow): boolean => row.kind === "local";
  const wanted = filtered.filter(({ id }) => project.includes(id));
  // Local servers alone (--kind local) need nothing, so nothing is missing.
  if (all || filtered.every(local)) return { rows: filtered, why: "everything" };
  if (wanted.length > 0) return { rows: filtered.filter((row) => local(row) || wanted.includes(row)), why: "project" };
  // Nothing in the cloud is looked for then, so the list of what is left out costs nothing.
  if (airGap) return { rows: filtered, why: "everything" };
  const found = filtered.filter((row) => !local(row) && hasTrace(row));
  if (found.length > 0) return { rows: filtered.filter((row) => local(row) || found.includes(row)), why: "found" };
  const starters = filtered.filter((row) => STARTERS.includes(row.id));
  const shown = starters.length > 0 ? starters : filtered.filter((row) => !local(row)).slice(0, 1);
  return { rows: filtered.filter((row) => local(row) || shown.includes(row)), why: "starters" };
}

/** @throws PROVIDER_UNKNOWN */
export function filterRows(rows: readonly CatalogueRow[], { provider, kind }: RowFilters): readonly CatalogueRow[] {
  for (const id of provider ?? []) if (!rows.some((row) => row.id === id)) throw unknownProvider(id, rows);
  return rows.filter((row) => (provider?.includes(row.id) ?? true) && (kind?.includes(row.kind) ?? true));
}

function unknownProvider(id: string, rows: readonly CatalogueRow[]): KeywardError {
  return new KeywardError("PROVIDER_UNKNOWN", sayUnknown(id, rows), { hint: "keyward creds list" });
}

/** In words, with what was probably meant. What is no id may be a pasted key and is not repeated. */
export function sayUnknown(id: string, rows: readonly CatalogueRow[]): string {
  if (!PROVIDER_ID_PATTERN.test(id)) return "there is no provider of that name";
  const ids = rows.map((row) => row.id);
  const near = nearest(id, ids);
  return `there is no provider '${id}'${near === null ? "" : `; did you mean ${near}?`}`;
}
