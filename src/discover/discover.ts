// Looks where other tools keep credentials. In: which sources, where, and when. Out: every finding, the chosen one of each provider,
// what could not be read and what should be known. It reads files and changes none; values stay closed until release/ opens them.
import { chooseFindings } from "./choose.ts";
import { readKeychain, type RunProgram } from "./keychain.ts";
import { type ReadOptions, readSource, readText, type SourceResult } from "./read-source.ts";
import { SOURCES } from "./sources.ts";
import type { Finding, Problem, Source } from "./source.ts";

export interface DiscoverOptions extends ReadOptions {
  /** Ids of sources, names of providers or of variables; null = all. */
  readonly only: readonly string[] | null;
  /** Ask the macOS keychain too; how. */
  readonly keychain: RunProgram | "system" | null;
  readonly sources?: readonly Source[];
}

export interface Discovery {
  /** The higher priority first. */
  readonly findings: readonly Finding[];
  readonly chosen: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

export function discover({ only, keychain, sources = SOURCES, ...options }: DiscoverOptions): Discovery {
  const wanted = only !== null && only.every((word) => sources.some(({ id }) => id === word)) ? only : null;
  const results = sources
    .filter(({ id }) => wanted?.includes(id) ?? true)
    .flatMap((source) => [readSource(source, options), ...readItems(source, options, keychain)]);
  const findings = results
    .flatMap((result) => result.findings)
    .flatMap((finding) => (only === null ? [finding] : narrow(finding, only)))
    .sort((a, b) => b.priority - a.priority);
  return {
    findings,
    chosen: chooseFindings(findings),
    problems: results.flatMap((result) => result.problems),
    notes: [...new Set(results.flatMap((result) => result.notes))],
  };
}

function readItems(source: Source, options: ReadOptions, keychain: DiscoverOptions["keychain"]): SourceResult[] {
  if (keychain === null || options.machine.platform !== "macos" || options.machine.confined) return [];
  return (source.keychain ?? []).flatMap((item) => {
    const text = readKeychain(item, ...(keychain === "system" ? [] : [keychain]));
    return text === null ? [] : [readText(source, { path: `keychain: ${item.service}`, text, format: item.format }, options)];
  });
}

/** What of a finding is meant: all of it, or only the variables that are named. */
function narrow(finding: Finding, only: readonly string[]): Finding[] {
  const { source, provider, definition, values } = finding;
  if (only.some((word) => [source, provider, definition].includes(word))) return [finding];
  if (!values.some(({ env }) => env.some((name) => only.includes(name)))) return [];
  return [{ ...finding, values: values.map((value) => ({ ...value, env: value.env.filter((name) => only.includes(name)) })) }];
}
