// What of the findings can become a connection, and under which name. In: findings, the best first. Out: one row each, with a name or
// with the reason why it stays where it is. It opens no value and stores nothing. Pure.
import { NAME_PATTERN } from "../core/names.ts";
import type { Finding } from "./source.ts";

export interface PlannedImport {
  readonly finding: Finding;
  /** null = it stays where it is. */
  readonly connection: string | null;
  /** The connection keeps no copy but reads the value there, each time anew. */
  readonly refers: boolean;
  /** Why it does; null when it can be stored. */
  readonly reason: string | null;
}

export function planImport(findings: readonly Finding[]): PlannedImport[] {
  const planned: PlannedImport[] = [];
  for (const finding of findings) {
    const reason = reasonToStay(finding) ?? sameAs(finding, planned);
    planned.push({
      finding,
      connection: reason === null ? nameFor(finding, planned) : null,
      refers: reason === null && finding.rotates,
      reason,
    });
  }
  return planned;
}

function reasonToStay({ kind, definition, expired, rotates, reference, host, tool }: Finding): string | null {
  if (kind === "reference") return "it names a program, which is not run";
  if (definition === null) return "keyward has no definition for it";
  // What the tool renews can be referred to although it has ended just now.
  const isReferable = rotates && reference !== null && host === null;
  if (expired && !isReferable) return "it has expired";
  if (rotates && !isReferable) return `${tool} renews it itself, and a copy that is renewed would log ${tool} out`;
  if (kind === "service_account" || kind === "mtls") return "it is no key that can be sent";
  return null;
}

function sameAs({ definition, host, values }: Finding, planned: readonly PlannedImport[]): string | null {
  const [own] = values;
  const same = planned.find(
    ({ finding: other, connection }) =>
      connection !== null &&
      other.definition === definition &&
      other.host === host &&
      own !== undefined &&
      other.values[0]?.secret.equals(own.secret) === true,
  );
  return same === undefined ? null : `it is the same as in ${same.finding.path}`;
}

/** The provider's usual name for the first, what tells it apart for the others. */
function nameFor(finding: Finding, planned: readonly PlannedImport[]): string {
  const taken = planned.flatMap(({ finding: other, connection }) => (other.definition === finding.definition ? [connection] : []));
  if (finding.host === null && !taken.includes("default")) return "default";
  const stem = nameFrom(finding.host ?? finding.account ?? "") ?? finding.source;
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    if (!taken.includes(name)) return name;
  }
}

function nameFrom(text: string): string | null {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
    .slice(0, 56);
  return NAME_PATTERN.test(name) ? name : null;
}
