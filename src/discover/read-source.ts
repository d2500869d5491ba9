// Reads one source on this machine. In: the source, the machine, the time. Out: findings in the order they were defined, what stood
// in the way of a file, and what a person should know about one. One broken file never hides another.
import { FormatProblem } from "./formats/format-problem.ts";
import { parseText } from "./formats/parse-text.ts";
import { locate, type Located, type Machine } from "./files/locate.ts";
import { readKnownFile } from "./files/read-known-file.ts";
import { matchEntry } from "./match-entry.ts";
import type { Finding, Problem, Source, Tree } from "./source.ts";

export interface ReadOptions {
  readonly machine: Machine;
  readonly nowMs: number;
  /** Take OAuth tokens too. */
  readonly oauth: boolean;
}

export interface SourceResult {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** Links that lead away, files others may read. */
  readonly notes: readonly string[];
}

interface Reading {
  readonly findings: Finding[];
  readonly problems: Problem[];
  readonly notes: string[];
}

export function readSource(source: Source, options: ReadOptions): SourceResult {
  const reading: Reading = { findings: [], problems: [], notes: [] };
  const seen = new Set<string>();
  for (const located of locate(source, options.machine)) {
    const outcome = readKnownFile(located.path, options.machine);
    const { path } = located;
    if (outcome.kind === "unreadable") reading.problems.push({ source: source.id, path, reason: outcome.reason });
    if (outcome.kind === "outside") reading.notes.push(`${path} leads out of the directory and was not read`);
    if (outcome.kind !== "text" || seen.has(outcome.identity)) continue;
    seen.add(outcome.identity);
    const before = reading.findings.length;
    readTree(source, { ...located, text: outcome.text }, { options, reading });
    const found = reading.findings.slice(before);
    if (found.length > 0 && outcome.exposed) reading.notes.push(`${path} can be read by other users of this machine; chmod 600 it`);
    if (found.length > 0 && outcome.leadsTo !== null) reading.notes.push(`${path} leads to ${outcome.leadsTo}`);
    if (source.takes === "first" && found.some((finding) => !finding.expired)) break;
  }
  return reading;
}

/** Text from elsewhere than a file, such as the keychain, as if it stood in one. */
export function readText(source: Source, file: Located & { readonly text: string }, options: ReadOptions): SourceResult {
  const reading: Reading = { findings: [], problems: [], notes: [] };
  readTree(source, file, { options, reading });
  return reading;
}

function readTree(
  source: Source,
  { path, text, format }: Located & { readonly text: string },
  { options, reading }: { readonly options: ReadOptions; readonly reading: Reading },
): void {
  let tree: Tree;
  try {
    tree = parseText(text, format);
    if (source.strict === true && !isObject(tree)) throw new FormatProblem("it holds no JSON object");
  } catch (error) {
    if (!(error instanceof FormatProblem || error instanceof RangeError)) throw error;
    reading.problems.push({ source: source.id, path, reason: error instanceof FormatProblem ? error.message : "it is nested too deeply" });
    return;
  }
  for (const entry of source.entries) {
    if (entry.formats !== undefined && !entry.formats.includes(format)) continue;
    if (!options.oauth && entry.kind === "oauth") continue;
    const { findings, wrong } = matchEntry(entry, { source, path, format, tree, nowMs: options.nowMs });
    for (const pointer of wrong) reading.problems.push({ source: source.id, path, reason: `${pointer} is not what it must be` });
    const wanted = findings.filter((finding) => (options.oauth || finding.kind !== "oauth") && isNew(finding, reading.findings));
    reading.findings.push(...wanted);
    if (source.takes === "first" && wanted.some((finding) => !finding.expired)) return;
  }
}

function isObject(tree: Tree): boolean {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree);
}

/** The same value for the same provider at another pointer says nothing new. */
function isNew(finding: Finding, before: readonly Finding[]): boolean {
  const secret = finding.values[0]?.secret;
  return !before.some(
    (other) =>
      other.provider === finding.provider &&
      other.host === finding.host &&
      secret !== undefined &&
      other.values[0] !== undefined &&
      other.values[0].secret.equals(secret),
  );
}
