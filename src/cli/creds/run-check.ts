// The check of `creds check` and `doctor --creds`: gathers the places, judges every provider, prints. In: flags. Out: the judgements.
// A profile or project file that cannot be read is said and left out; what can be read still counts.
import { isAbsolute, resolve } from "node:path";
import { ENV_NAME_PATTERN } from "../../core/names.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { readTextFile } from "../input/read-text.ts";
import { readProjectFile } from "../run/project-file.ts";
import { checkProvider, type CredentialPlaces, hasTrace, type ProviderCheck } from "./check-credentials.ts";
import { type Choice, chooseRows, type RowFilters, sayUnknown } from "./choose-rows.ts";
import { readSecretNames } from "./secret-names.ts";

export interface CheckArguments extends RowFilters {
  readonly secretsFile?: string;
  readonly envPrefix?: string;
  readonly airGap?: boolean;
  readonly all?: boolean;
}

export interface CheckResult {
  readonly checks: readonly ProviderCheck[];
  readonly why: Choice;
  /** Nothing required is missing or wrong. */
  readonly isComplete: boolean;
}

export async function runCheck(args: CheckArguments, context: Context): Promise<CheckResult> {
  const prefix = readPrefix(args.envPrefix);
  const file = args.secretsFile === undefined ? null : readSecretsFile(args.secretsFile, context);
  const { rows, profile, unreadable } = await context.call("creds.catalogue", { profile: context.profile });
  if (unreadable !== null) context.out.warn(`ignoring unreadable profile ${profile}: ${unreadable}`);
  const airGap = args.airGap === true;
  const places: CredentialPlaces = { environment: context.world.environment, prefix, file, profile: `profile ${profile}`, airGap };
  const trace = (row: (typeof rows)[number]): boolean => hasTrace(row, places);
  const project = wantedHere(context);
  const chosen = chooseRows(rows, args, { project, all: args.all === true, airGap, hasTrace: trace });
  const strangers = args.provider === undefined ? project.filter((id) => !rows.some((row) => row.id === id)) : [];
  const checks = [...chosen.rows.map((row) => checkProvider(row, places)), ...strangers.map((id) => strangerCheck(id, rows))];
  const isComplete = chosen.why !== "starters" && checks.every(({ status }) => status === "ok" || status === "skipped");
  return { checks, why: chosen.why, isComplete };
}

export function printChecks({ checks, why }: CheckResult, { out }: Context): void {
  if (why === "starters") out.note("no credential of any provider was found; these are the usual first ones (all: keyward creds list)");
  for (const check of checks) {
    printCheck(check, out);
    for (const { where, reason, key } of check.ignored) out.warn(`ignoring unreadable ${key} of ${check.providerId} (${where}): ${reason}`);
  }
}

function printCheck({ providerId, status, missingKeys, remediation, found }: ProviderCheck, out: Context["out"]): void {
  if (status === "skipped") return out.line(`[skipped] ${providerId}: reached over the internet`, "dim");
  if (status !== "ok") {
    const what = missingKeys.length === 0 ? "unknown" : `${missingKeys.join(", ")}${status === "invalid" ? " not usable" : ""}`;
    out.line(`[MISSING] ${providerId}: ${what}`, "bad");
    return out.line(`          ${remediation}`);
  }
  out.line(`[ok] ${providerId}${found.length === 0 ? ": needs no credential" : ""}`, "good");
  for (const { key, where, shadows, unset } of found) {
    out.line(`     ${key}: from ${where}`);
    if (shadows.length > 0)
      out.line(
        `       shadows ${shadows.map((shadow) => shadow.where).join(", ")}${unset === null ? "" : `; to use that: ${unset}`}`,
        "warn",
      );
  }
}

/** What keyward.json wants and no definition has: a run would refuse it, so it must not pass here. */
function strangerCheck(id: string, rows: Parameters<typeof sayUnknown>[1]): ProviderCheck {
  const remediation = `mend keyward.json: ${sayUnknown(id, rows)}`;
  return { providerId: id, status: "invalid", missingKeys: [], remediation, found: [], ignored: [] };
}

function readPrefix(text: string | undefined): string | null {
  if (text === undefined) return null;
  const prefix = text.replace(/_+$/, "");
  if (ENV_NAME_PATTERN.test(prefix)) return prefix;
  throw new KeywardError("USAGE", "--env-prefix takes the beginning of a variable's name", { hint: "for example: --env-prefix STAGING" });
}

/** @throws INPUT_UNREADABLE with the path and the reason */
function readSecretsFile(path: string, { world, out }: Context): CredentialPlaces["file"] {
  const file = readTextFile(path, world.cwd);
  const read = readSecretNames(file.text);
  if (read === null) throw new KeywardError("INPUT_UNREADABLE", `cannot read ${path} (neither NAME=value lines nor a JSON object)`);
  if (file.exposed) out.warn(`${path} can be read by other users of this machine; chmod 600 it`);
  const { badLines } = read;
  if (badLines.length > 0) {
    const shown = `${badLines.slice(0, 10).join(", ")}${badLines.length > 10 ? ", …" : ""}`;
    out.warn(`${path}: skipped line ${shown}: not NAME=value`);
  }
  return { path: isAbsolute(path) ? path : resolve(world.cwd, path), names: read.names };
}

/** What keyward.json here asks for; a broken one must not hide what is there. */
function wantedHere({ world, out }: Context): string[] {
  try {
    const project = readProjectFile(world.cwd);
    return project === null ? [] : [...new Set([...project.providers, ...Object.keys(project.connections)])];
  } catch (error) {
    out.warn(`ignoring unreadable keyward.json: ${toKeywardError(error).message}`);
    return [];
  }
}
