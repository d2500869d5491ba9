// run.*: begins and ends runs.
// In: a selection, rules, the owner. Out: a token, placeholders and a port, never a credential; the token is stored as a hash only.
import { loadSettings } from "../../config/settings-file.ts";
import type { ProfileParams, Result, RunParams } from "../../control/protocol.ts";
import type { MethodTable, Session } from "../../control/server.ts";
import type { Connection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { newId, newToken } from "../../core/ids.ts";
import { isProcessAlive } from "../../core/process-identity.ts";
import type { RuleLayer, RunLevel, RunNetwork, RunRecord } from "../../core/run.ts";
import type { Provider } from "../../providers/schema.ts";
import type { DaemonParts } from "../parts.ts";
import { writeCertificate } from "../profiles/authority-file.ts";
import type { GivenToRun, UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { attachRun } from "../runs/attach-run.ts";
import { type ActiveRun, hashToken, type RunSources } from "../runs/live-run.ts";
import { planEnvironment, planRun, tlsPorts } from "../runs/plan.ts";
import { addGiven, addNamed, type GivenConnection, makeGiven, selectGiven } from "../runs/given.ts";
import { judgeNetwork } from "../runs/run-network.ts";
import { sweepRun } from "../runs/sweep-run.ts";
import { type Choice, selectConnections } from "../runs/selection.ts";

type Params = ProfileParams & RunParams;

/** Of a run that no process keeps alive. */
const DEFAULT_TTL_MS = 8 * 3_600_000;
const NO_RULES: RuleLayer = { allow: [], deny: [], denyUnmatched: false, rules: [] };

export function runMethods(
  parts: DaemonParts,
): Pick<MethodTable, "run.start" | "run.attach" | "run.sweep" | "run.end" | "run.list" | "run.explain"> {
  const { profiles, runs } = parts;
  return {
    "run.start": (params, session) => startRun(params, { parts, session, isSeparateUser: false }),
    "run.attach": ({ runId, owner }, session) => attachRun({ runId, owner }, { parts, session }),
    "run.sweep": (params) => sweepRun(params, parts),
    "run.end": ({ runId }) => {
      const { requests, denied } = runs.end(runId);
      return { requests, denied };
    },
    "run.list": ({ profile }) => ({ runs: runs.list(profile === null ? null : profiles.nameOf(profile)) }),
    "run.explain": async (params) => {
      const profile = await profiles.find(params.profile);
      const captures = completeCaptures(params.captures, parts);
      const given = takeGiven(params, profile, parts);
      const { lent } = await borrow(params, profile, parts);
      return planRun(choose({ selection: params.selection, given, lent }, profile, parts), completeLayers(params.layers, parts), captures);
    },
  };
}

export interface RunStarting {
  readonly parts: DaemonParts;
  readonly session: Session;
  /** Asked for by another user, over the run socket. */
  readonly isSeparateUser: boolean;
}

export async function startRun(params: Params, { parts, session, isSeparateUser }: RunStarting): Promise<Result<"run.start">> {
  const { profiles, runs, proxy } = parts;
  if (params.owner !== null && !isProcessAlive(params.owner)) throw ownerGone();
  const profile = await profiles.ensure(params.profile);
  const given = isSeparateUser ? [] : takeGiven(params, profile, parts);
  const { lent, notice } = isSeparateUser ? NOTHING_LENT : await borrow(params, profile, parts);
  const choices = choose({ selection: params.selection, given, lent }, profile, parts);
  const layers = completeLayers(params.layers, parts);
  const variables = await parts.vault.require(
    profile,
    choices.map(({ connection }) => connection),
  );
  const environment = addNamed(addGiven(planEnvironment(choices), given), params.names, choices);
  const captures = completeCaptures(isSeparateUser ? [] : params.captures, parts);
  const plan = planRun(choices, layers, captures);
  const token = newToken();
  const record = makeRecord(
    { ...params, layers, captures: captures.map(({ id }) => id) },
    { choices, token, nowMs: parts.clock.nowMs(), network: judgeNetwork(params.network, runs), isSeparateUser },
  );
  const proxyPort = await proxy.listen(0);
  // A tidy hand may have removed it since the profile was opened.
  writeCertificate(profile.certificatePath, profile.authority);
  if (profile.store.readFact("proxyPort") !== String(proxyPort)) profile.store.writeFact("proxyPort", String(proxyPort));
  const level = record.level ?? "L0";
  profile.audit.append({ kind: "run", requestId: newId("req"), runId: record.id, level });
  const run = enterRun(record, { profile, given, hub: isSeparateUser ? undefined : params.hub }, parts);
  if (record.owner !== null) runs.tie(run, session);
  parts.restored.mark();
  return {
    runId: record.id,
    token,
    proxyPort,
    ...environment,
    tlsPorts: tlsPorts(record.bound.flatMap(({ origins }) => origins)),
    caCertificatePath: profile.certificatePath,
    level,
    plan,
    ...(variables.length === 0 ? {} : { variables }),
    ...(notice === null ? {} : { notice }),
  };
}

interface Entering {
  readonly profile: UnlockedProfile;
  readonly given: readonly GivenConnection[];
  readonly hub: Params["hub"];
}

/** With what it brings along, which a run that cannot be kept leaves nowhere. @throws STORE_* */
export function enterRun(record: RunRecord, { profile, given, hub }: Entering, parts: DaemonParts): ActiveRun {
  const { runs, hubLoans, sourcesOf } = parts;
  profile.give(record.id, given);
  try {
    if (hub !== undefined) hubLoans.tie(record.id, hub, { profile, own: given });
    const sources = (): RunSources => withGiven(sourcesOf(profile), profile.givenTo(record.id));
    return runs.add({ name: profile.name, runs: profile.store.runs, sources }, record);
  } catch (error) {
    hubLoans.end(record.id);
    profile.takeBack(record.id);
    throw error;
  }
}

/** @throws USAGE, PROVIDER_UNKNOWN, KEY_* */
function takeGiven({ given = [] }: Params, profile: UnlockedProfile | null, { definitions, clock }: DaemonParts): GivenConnection[] {
  if (given.length === 0) return [];
  const taken = profile?.knownPlaceholders().map(({ text }) => text) ?? [];
  return makeGiven(given, { catalogue: definitions.refresh(), require: (id) => definitions.require(id), taken, nowMs: clock.nowMs() });
}

interface Borrowed {
  readonly lent: readonly GivenToRun[];
  readonly notice: string | null;
}

const NOTHING_LENT: Borrowed = { lent: [], notice: null };

/**
 * What the hub lends to the token of the environment; one of the profile's own with the same name is used instead. A token that is for something
 * else, such as uploads, lends nothing and is no reason to run nothing. @throws HUB_LOGIN_REQUIRED, HUB_UNREACHABLE
 */
async function borrow({ hub }: Params, profile: UnlockedProfile | null, { hubLoans }: DaemonParts): Promise<Borrowed> {
  if (hub === undefined) return NOTHING_LENT;
  try {
    return { lent: (await hubLoans.lend(hub)).filter(({ connection }) => profile?.isStored(connection) !== true), notice: null };
  } catch (error) {
    if (!(error instanceof KeywardError) || error.code !== "HUB_FORBIDDEN") throw error;
    return { lent: [], notice: `the hub lends nothing to KEYWARD_TOKEN (${error.message}); such a token has the scope sync:pull` };
  }
}

function withGiven(sources: RunSources, given: readonly GivenToRun[]): RunSources {
  if (given.length === 0) return sources;
  return { ...sources, connections: [...sources.connections, ...given.map(({ connection }) => connection)] };
}

interface Choosing extends Pick<Params, "selection"> {
  readonly given?: readonly GivenConnection[];
  /** Bound as if they were stored: by selection, not because they are there. */
  readonly lent?: readonly GivenToRun[];
}

export function choose({ selection, given = [], lent = [] }: Choosing, profile: UnlockedProfile | null, parts: DaemonParts): Choice[] {
  const catalogue = parts.definitions.refresh();
  const stored = profile?.connections() ?? [];
  return selectConnections(selectGiven(selection, given), {
    connections: [...stored, ...given.map(({ connection }) => connection), ...lent.map(({ connection }) => asGuest(connection, stored))],
    find: (id) => catalogue.get(id),
    suggest: (id) => parts.definitions.suggest(id),
  });
}

/** Where the profile has a connection of the provider, that one's default stays. */
function asGuest(connection: Connection, stored: readonly Connection[]): Connection {
  return stored.some(({ provider }) => provider === connection.provider) ? { ...connection, isDefault: false } : connection;
}

/**
 * A rule for a provider that is not there would protect nothing, most likely because of a slip of the pen. The setting is a layer of its
 * own, so that no project file can loosen it. @throws PROVIDER_UNKNOWN
 */
export function completeLayers(layers: readonly RuleLayer[], { paths, definitions }: DaemonParts): RuleLayer[] {
  for (const { provider } of layers.flatMap(({ rules }) => rules)) definitions.require(provider);
  return loadSettings(paths)["run.deny_unmatched"] ? [...layers, { ...NO_RULES, denyUnmatched: true }] : [...layers];
}

/** @throws PROVIDER_UNKNOWN, OAUTH_UNSUPPORTED */
export function completeCaptures(asked: readonly string[] | undefined, { definitions }: DaemonParts): Provider[] {
  return [...new Set(asked ?? [])].map((id) => {
    const definition = definitions.require(id);
    if (definition.capture !== undefined) return definition;
    throw new KeywardError("OAUTH_UNSUPPORTED", `the definition of ${id} says nothing about tokens to capture`, {
      hint: `keyward provider show ${id}`,
      detail: { provider: id },
    });
  });
}

export interface RunMaking {
  readonly choices: readonly Choice[];
  readonly token: string;
  readonly nowMs: number;
  readonly network?: RunNetwork | null;
  readonly isSeparateUser?: boolean;
}

export function makeRecord(params: Omit<RunParams, "network">, made: RunMaking): RunRecord {
  const { command, selection, layers, owner, captures = [] } = params;
  // The run's default of a provider stands first among its connections; bindings.ts relies on it.
  const ordered = [...made.choices].sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  const bound = ordered.map(({ connection: { provider, name, origins, placeholders } }) => ({ provider, name, origins, placeholders }));
  const expiresAtMs = owner === null ? made.nowMs + (params.ttlMs ?? DEFAULT_TTL_MS) : null;
  return {
    id: newId("run"),
    tokenHash: hashToken(made.token),
    command,
    selection,
    bound,
    layers,
    owner,
    startedAtMs: made.nowMs,
    expiresAtMs,
    network: made.network ?? null,
    ...(captures.length === 0 ? {} : { captures }),
    level: levelOf(params.sandbox === true, made.isSeparateUser === true),
  };
}

function levelOf(isSandboxed: boolean, isSeparateUser: boolean): RunLevel {
  if (isSeparateUser) return isSandboxed ? "L1+L2" : "L2";
  return isSandboxed ? "L1" : "L0";
}

function ownerGone(): KeywardError {
  return new KeywardError("USAGE", "the process that asked for a run is not alive");
}
