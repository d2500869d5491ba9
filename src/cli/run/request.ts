// What a run asks the daemon for, put together from the command line and the project file.
// In: parsed options. Out: RunParams. The words typed for this run choose what is bound; every source of rules keeps its own
// layer, so that none can widen another.
import { readVariable } from "../../config/environment.ts";
import type { RunParams } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import type { ConnectionRef } from "../../core/connection.ts";
import { parseConnectionRef, PROVIDER_ID_PATTERN } from "../../core/names.ts";
import { identifyProcess } from "../../core/process-identity.ts";
import type { RuleLayer, RunSelection } from "../../core/run.ts";
import { environmentToken } from "../at-hub/call-hub.ts";
import type { Context } from "../context.ts";
import { parseDuration } from "../text/times.ts";
import { trustProject } from "../project/trusted-project.ts";
import { readGiven } from "../project/given.ts";
import { readNetwork } from "./network.ts";
import { isVaultText, type ProjectFile, readProjectFile } from "./project-file.ts";
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
  readonly capture?: readonly string[];
  readonly keepEnv?: readonly string[];
  readonly explain?: boolean;
  readonly dryEnv?: boolean;
  readonly format?: string;
  readonly ttl?: string;
  readonly sandbox?: boolean;
  readonly bind?: readonly string[];
  readonly daemonSocket?: string;
  readonly fromEnv?: readonly string[];
  readonly quiet?: boolean;
  readonly sync?: boolean;
}

const TTL_LIMITS = { minMs: 60_000, maxMs: 30 * 86_400_000 };

export interface RequestedRun {
  readonly params: RunParams & { readonly profile: string | null };
  /** Variables of the project whose references the vault fills in; they stay on this side. */
  readonly texts: Readonly<Record<string, string>>;
}

export function buildRunParams(args: RunArguments, context: Context): RequestedRun["params"] {
  return requestRun(args, context).params;
}

/** @throws USAGE, RULE_INVALID, NAME_INVALID */
export function requestRun(args: RunArguments, context: Context): RequestedRun {
  const isSaid = args.provider !== undefined || args.connection !== undefined || args.fromEnv !== undefined;
  const isBinding = args.explain !== true && (args.command.length > 0 || args.dryEnv === true);
  const project = trustProject(readProjectFile(context.world.cwd), { isSaid, isBinding }, context);
  if (project !== null) context.out.detail(`rules of ${project.path} apply`);
  const variables = Object.entries(project?.env ?? {});
  const texts = Object.fromEntries(variables.filter(([, target]) => isVaultText(target)));
  const names = Object.fromEntries(variables.filter(([, target]) => !isVaultText(target)));
  const base = {
    profile: args.daemonSocket === undefined ? context.profile : null,
    selection: selectConnections(args, project),
    layers: layersOf(args, project),
    ...(args.capture === undefined ? {} : { captures: providerIds("--capture", args.capture) }),
    // Another user's daemon goes its own way out: it believes nothing about that from here.
    network: args.daemonSocket === undefined ? readNetwork(context) : null,
    sandbox: args.sandbox === true,
    ...(Object.keys(names).length === 0 ? {} : { names }),
    ...hubOf(args, context),
    ...(args.fromEnv === undefined ? {} : { given: readGiven(args.fromEnv, context.world.environment) }),
  };
  if (args.dryEnv === true) {
    const ttlMs = parseDuration("--ttl", args.ttl ?? "8h", TTL_LIMITS);
    return { params: { ...base, command: args.command[0] ?? "(environment only)", owner: null, ttlMs }, texts };
  }
  return { params: { ...base, command: args.command[0] ?? "", owner: identifyProcess(process.pid), ttlMs: null }, texts };
}

/** What a hub lends to the token of the environment; another user's daemon is not told of it. @throws USAGE */
function hubOf({ daemonSocket }: RunArguments, context: Context): Pick<RunParams, "hub"> {
  const by = daemonSocket === undefined ? environmentToken(context) : null;
  return by === null ? {} : { hub: { ...by, workspace: readVariable("KEYWARD_WORKSPACE", context.world.environment) ?? null } };
}

function layersOf(args: RunArguments, project: ProjectFile | null): RuleLayer[] {
  const typed: RuleLayer = {
    allow: (args.allow ?? []).map(parseHostPattern),
    deny: (args.deny ?? []).map(parseHostPattern),
    denyUnmatched: args.denyUnmatched === true,
    rules: (args.rule ?? []).map(parseRule),
  };
  return project === null ? [typed] : [typed, project.layer];
}

/**
 * `--provider` narrows what is bound, and replaces the project's list; `--connection` names which connection of a provider, and
 * goes before the project's name for it. Several of one provider are bound together, the first as its default.
 */
export function selectConnections(args: Pick<RunArguments, "connection" | "provider">, project: ProjectFile | null): RunSelection {
  const typed = (args.connection ?? []).map(parseNamed);
  const providers = args.provider ?? project?.providers ?? [];
  providerIds("--provider", providers);
  const usual = Object.entries(project?.connections ?? {})
    .filter(([provider]) => !typed.some((ref) => ref.provider === provider))
    // A name for a provider that is not asked for binds nothing more.
    .filter(([provider]) => providers.length === 0 || providers.includes(provider))
    .map(([provider, name]) => ({ provider, name }));
  return { connections: [...typed, ...usual], providers: [...new Set(providers)] };
}

function providerIds(flag: string, ids: readonly string[]): readonly string[] {
  if (ids.every((id) => PROVIDER_ID_PATTERN.test(id))) return ids;
  throw new KeywardError("USAGE", `${flag} takes the id of a provider`, { hint: "keyward provider list" });
}

function parseNamed(text: string): ConnectionRef {
  const { provider, connection } = parseConnectionRef(text);
  if (connection !== null) return { provider, name: connection };
  throw new KeywardError("USAGE", "--connection takes PROVIDER=NAME, for example openai=work", {
    hint: `to bind its default: --provider ${provider}`,
  });
}
