// What a run asks the daemon for, put together from the command line, the project file and the settings.
// In: parsed options. Out: RunParams. The words typed for this run choose what is bound; every source of rules keeps its own
// layer, so that none can widen another.
import { loadSettings } from "../../config/settings-file.ts";
import type { RunParams } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import { parseConnectionRef, PROVIDER_ID_PATTERN } from "../../core/names.ts";
import { identifyProcess } from "../../core/process-identity.ts";
import type { RuleLayer, RunSelection } from "../../core/run.ts";
import type { Context } from "../context.ts";
import { parseDuration } from "../text/times.ts";
import { type ProjectFile, readProjectFile } from "./project-file.ts";
import { parseHostPattern, parseRule } from "./rules.ts";

/** The arguments and options of `keyward run`. */
export interface RunArguments {
  readonly command: readonly string[];
  readonly connection?: readonly string[];
  readonly provider?: readonly string[];
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly denyUnmatched?: boolean;
  readonly rule?: readonly string[];
  readonly keepEnv?: readonly string[];
  readonly explain?: boolean;
  readonly dryEnv?: boolean;
  readonly format?: string;
  readonly ttl?: string;
}

const TTL_LIMITS = { minMs: 60_000, maxMs: 30 * 86_400_000 };

/** @throws USAGE, RULE_INVALID, NAME_INVALID, SETTINGS_CORRUPT */
export function buildRunParams(args: RunArguments, context: Context): RunParams & { readonly profile: string | null } {
  const project = readProjectFile(context.world.cwd);
  if (project !== null) context.out.detail(`rules of ${project.path} apply`);
  const base = { profile: context.profile, selection: selectConnections(args, project), layers: layersOf(args, project, context) };
  if (args.dryEnv === true) {
    return {
      ...base,
      command: args.command[0] ?? "(environment only)",
      owner: null,
      ttlMs: parseDuration("--ttl", args.ttl ?? "8h", TTL_LIMITS),
    };
  }
  return { ...base, command: args.command[0] ?? "", owner: identifyProcess(process.pid), ttlMs: null };
}

function layersOf(args: RunArguments, project: ProjectFile | null, context: Context): RuleLayer[] {
  const typed: RuleLayer = {
    allow: (args.allow ?? []).map(parseHostPattern),
    deny: (args.deny ?? []).map(parseHostPattern),
    denyUnmatched: args.denyUnmatched === true || loadSettings(context.paths, context.world.environment)["run.deny_unmatched"],
    rules: (args.rule ?? []).map(parseRule),
  };
  return project === null ? [typed] : [typed, project.layer];
}

/** Words of the command line replace the project's; a name the project gives a provider holds unless another was typed. */
export function selectConnections(args: Pick<RunArguments, "connection" | "provider">, project: ProjectFile | null): RunSelection {
  const names = new Map<string, string>();
  const providers: string[] = [];
  for (const text of args.connection ?? []) {
    const { provider, connection } = parseConnectionRef(text);
    if (connection === null) providers.push(provider);
    else if (names.has(provider) && names.get(provider) !== connection) {
      throw new KeywardError("USAGE", `a run binds one connection of ${provider}, and two were named`);
    } else names.set(provider, connection);
  }
  for (const provider of args.provider ?? []) {
    if (!PROVIDER_ID_PATTERN.test(provider))
      throw new KeywardError("USAGE", "--provider takes the id of a provider", { hint: "keyward provider list" });
    providers.push(provider);
  }
  const typed = names.size + providers.length > 0;
  if (!typed) providers.push(...(project?.providers ?? []));
  for (const [provider, name] of Object.entries(project?.connections ?? {})) {
    if (!names.has(provider) && (!typed || providers.includes(provider))) names.set(provider, name);
  }
  return {
    connections: [...names].map(([provider, name]) => ({ provider, name })),
    providers: [...new Set(providers)].filter((provider) => !names.has(provider)),
  };
}
