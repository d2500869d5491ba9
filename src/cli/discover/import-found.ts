// Stores what discovery found, one question each. In: findings and whether yes is said for all. Out: a row each. The daemon checks
// and stores; what a tool renews itself stays with the tool, and is read there. Values go to the daemon alone.
import { planImport, type PlannedImport } from "../../discover/plan-import.ts";
import { releaseFields } from "../../discover/release/fields.ts";
import type { Finding } from "../../discover/source.ts";
import type { ErrorCode } from "../../core/error-table.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import type { Style } from "../text/colour.ts";

export interface ImportedRow {
  readonly provider: string;
  readonly connection: string | null;
  readonly source: string;
  readonly path: string;
  readonly outcome: "stored" | "refers to it" | "exists" | "refused" | "declined" | "left where it is";
  readonly reason: string | null;
}

/** What is wrong with one value or its name says nothing about the next. */
const REFUSALS: readonly ErrorCode[] = [
  "KEY_SHAPE",
  "KEY_UNUSUAL",
  "KEY_EMPTY",
  "HOST_INVALID",
  "FIELD_UNKNOWN",
  "NAME_INVALID",
  "PROVIDER_UNKNOWN",
];
const STYLES: Readonly<Record<ImportedRow["outcome"], Style>> = {
  stored: "good",
  "refers to it": "good",
  exists: "warn",
  refused: "bad",
  declined: "dim",
  "left where it is": "dim",
};

/** @throws CONFIRMATION_NEEDED before anything is stored, when nobody can be asked */
export async function importFound(findings: readonly Finding[], yes: boolean, context: Context): Promise<ImportedRow[]> {
  const planned = planImport(findings);
  if (!yes && planned.some(({ connection }) => connection !== null)) requireSomebody(context);
  // Every question before anything is stored: who ends in the middle has changed nothing.
  const wanted: boolean[] = [];
  for (const plan of planned) wanted.push(yes || plan.connection === null || (await isWanted(plan, context)));
  const rows: ImportedRow[] = [];
  for (const [at, plan] of planned.entries()) rows.push(await importOne(plan, wanted[at] === true, context));
  return rows;
}

export function showImported(rows: readonly ImportedRow[], context: Context): void {
  if (rows.length === 0) context.out.line("nothing found where other tools keep credentials");
  else
    context.out.table(
      ["PROVIDER", "CONNECTION", "OUTCOME", "FROM", "WHY"],
      rows.map(({ provider, connection, outcome, path, reason }) => [
        provider,
        connection ?? "-",
        { text: outcome, style: STYLES[outcome] },
        path,
        reason ?? "",
      ]),
    );
  if (rows.some(({ outcome }) => outcome === "stored"))
    context.out.note("the keys are still where they were found; nothing was changed there");
}

async function importOne(plan: PlannedImport, wanted: boolean, context: Context): Promise<ImportedRow> {
  const { finding, connection, reason } = plan;
  const provider = finding.definition ?? finding.provider;
  const row = (outcome: ImportedRow["outcome"], why: string | null): ImportedRow => ({
    provider,
    connection,
    source: finding.source,
    path: finding.path,
    outcome,
    reason: why,
  });
  if (connection === null) return row("left where it is", reason);
  if (!wanted) return row("declined", null);
  const target = { profile: context.profile, provider, connection };
  try {
    if (plan.refers) return row("refers to it", (await referTo(finding, target, context)) ?? `${finding.tool} renews it there`);
    return row("stored", await store(finding, target, context));
  } catch (error) {
    if (!(error instanceof KeywardError)) throw error;
    if (error.code === "CONNECTION_EXISTS") return row("exists", "the connection keeps the key it has");
    if (REFUSALS.includes(error.code)) return row("refused", error.message);
    throw error;
  }
}

interface Target {
  readonly profile: string | null;
  readonly provider: string;
  readonly connection: string;
}

async function store(finding: Finding, target: Target, { call }: Context): Promise<string | null> {
  const { notices } = await call("connection.store", {
    ...target,
    fields: { ...(finding.host === null ? {} : { host: finding.host }), ...releaseFields(finding) },
    force: false,
    checks: { anyShape: false, doubtful: "warn", verify: false },
  });
  return notices.join("; ") || null;
}

/** A secret that is read in the tool's own file with each use, and a connection on it. The value itself does not travel. */
async function referTo({ source, reference }: Finding, target: Target, { call }: Context): Promise<string | null> {
  await refuseExisting(target, call);
  const name = `${source}_${target.provider}_${target.connection}`.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  await call("vault.put", { profile: target.profile, scope: "user", name, value: null, reference, copy: false });
  const { notices } = await call("connection.link", { ...target, secrets: { "": name }, fields: {}, force: false });
  return notices.join("; ") || null;
}

/** Asked before a secret is made for it. @throws CONNECTION_EXISTS */
async function refuseExisting(target: Target, call: Context["call"]): Promise<void> {
  const { connections } = await call("connection.list", { profile: target.profile });
  if (connections.some(({ provider, name }) => provider === target.provider && name === target.connection))
    throw new KeywardError("CONNECTION_EXISTS", "the connection is already there");
}

function requireSomebody({ ask, out }: Context): void {
  if (ask.canAsk && !out.json) return;
  throw new KeywardError("CONFIRMATION_NEEDED", "each key needs a yes before it is stored, and there is nobody to ask", {
    hint: "keyward creds discover --import --yes",
  });
}

async function isWanted({ finding, connection, refers }: PlannedImport, { ask }: Context): Promise<boolean> {
  const question = `${refers ? "Refer to" : "Store"} what ${finding.tool} has in ${finding.path} as ${finding.definition ?? finding.provider}, connection ${connection}?`;
  const answer = await ask.text({ label: `${question} [y/N]`, instead: "--yes", cancelled: "CONFIRMATION_NEEDED" });
  return /^y(?:es)?$/i.test(answer.trim());
}
