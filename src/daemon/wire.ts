// The only object graph: makes every part of the daemon, hands each what it needs, and takes them down in order.
// In: paths and a log. Out: a daemon that listens. Every other file gets its collaborators from here and makes none.
import { rmSync } from "node:fs";
import type { Paths } from "../config/paths.ts";
import { loadSettings } from "../config/settings-file.ts";
import { PROTOCOL_VERSION } from "../control/protocol.ts";
import { type ControlServer, type MethodTable, startControlServer } from "../control/server.ts";
import { isOlderVersion, packageVersion } from "../control/version.ts";
import type { ClientHello, DaemonHello } from "../control/handshake.ts";
import { systemClock } from "../core/clock.ts";
import { KeywardError, systemCode } from "../core/errors.ts";
import { FormServer } from "../ui/form-server.ts";
import { routeAudit } from "./proxy/audit-router.ts";
import { Definitions } from "./definitions/definitions.ts";
import { Echoes } from "./doctor/echo/echoes.ts";
import { type IdleEnds, startIdleEnds } from "./idle-ends.ts";
import { type DaemonLog, describeBug } from "./log.ts";
import { Logins } from "./logins/logins.ts";
import { auditMethods } from "./methods/audit.ts";
import { caMethods } from "./methods/ca.ts";
import { catalogueMethods } from "./definitions/catalogue-rows.ts";
import { connectionMethods } from "./methods/connection.ts";
import { revealMethods } from "./methods/connection-reveal.ts";
import { daemonMethods } from "./methods/daemon.ts";
import { doctorMethods } from "./methods/doctor.ts";
import { importMethods } from "./methods/import.ts";
import { loginMethods } from "./methods/login.ts";
import { profileMethods } from "./methods/profile.ts";
import { providerMethods } from "./methods/provider.ts";
import { requestMethods } from "./methods/request.ts";
import { runMethods } from "./methods/run.ts";
import { pushMethods } from "./methods/vault/push.ts";
import { labelledMethods } from "./methods/vault/labelled-connections.ts";
import { vaultMethods } from "./methods/vault/vault.ts";
import { vaultRevealMethods } from "./methods/vault/vault-reveal.ts";
import { hubMethods } from "./hub/hub-methods.ts";
import { noteEndBy } from "./hub/note-end.ts";
import { HubLoans } from "./hub/hub-loans.ts";
import { HubSessions } from "./hub/hub-session.ts";
import { HubSyncs } from "./hub/hub-syncs.ts";
import type { DaemonParts } from "./parts.ts";
import { Freshness } from "./oauth/freshness.ts";
import { sendOAuthBy } from "./oauth/send-oauth-by.ts";
import { Profiles } from "./profiles/profiles.ts";
import { openRunSocket } from "./separate/run-socket.ts";
import type { UnlockedProfile } from "./profiles/unlocked-profile.ts";
import { ProxyHost } from "./proxy/proxy-host.ts";
import { wireProxyPorts } from "./proxy/proxy-ports.ts";
import type { RunSources } from "./runs/live-run.ts";
import { LiveRuns } from "./runs/live-runs.ts";
import { RestoredRuns } from "./runs/restored-runs.ts";
import { Upkeep } from "./upkeep.ts";
import { backendTools } from "./vault/backend-tools.ts";
import { Vault } from "./vault/vault.ts";
import { UpstreamSettings } from "./proxy/upstream-settings.ts";

export interface Daemon {
  /** Begins the end: once, whoever asks first. */
  stop(reason: string): void;
  /** Resolves when everything is closed. */
  readonly stopped: Promise<void>;
}

/** How long calls, logins and requests in flight may take to end. */
const DRAIN_MS = 5_000;
const TAKE_OVER_MS = 5_000;

export async function wireDaemon({ paths, log }: { paths: Paths; log: DaemonLog }): Promise<Daemon> {
  const ending = makeEnding();
  const activity = { note: (): void => undefined };
  const parts = wireParts({ paths, log }, ending.begin, () => activity.note());
  const { clock, profiles } = parts;
  const idle = startIdleEnds({ clock, paths, profiles, log, isBusy: () => isBusy(parts), onExit: () => ending.begin("idle") });
  activity.note = () => idle.noteActivity();
  // A key command that asks a person must not keep every other command waiting; its runs follow when it has answered.
  await atMost(TAKE_OVER_MS, parts.restored.takeOver());
  const control = await listenControl(parts, idle);
  const upkeep = new Upkeep(parts, control);
  const runSocket = await openRunSocket(parts, (change) => idle.countCall(change));
  const stopped = ending.begun.then(async (reason) => {
    log.info("stopping", { reason });
    idle.stop();
    upkeep.stop();
    parts.logins.close();
    parts.hubSyncs.close();
    parts.hubLoans.close();
    await Promise.all([
      control.close(DRAIN_MS),
      runSocket?.close(DRAIN_MS),
      atMost(DRAIN_MS, parts.proxy.close()),
      atMost(DRAIN_MS, parts.echoes.closeAll()),
    ]);
    parts.runs.close();
    await parts.freshness.settle(null);
    parts.profiles.closeAll();
    log.info("stopped");
  });
  return { stop: ending.begin, stopped };
}

function wireParts({ paths, log }: Pick<DaemonParts, "paths" | "log">, stop: DaemonParts["stop"], onActivity: () => void): DaemonParts {
  const clock = systemClock;
  const bug = (what: string, error: unknown): void => log.error("bug", { what, ...describeBug(error) });
  const definitions = new Definitions(paths);
  const restored = new RestoredRuns(() => parts);
  const upstream = new UpstreamSettings(paths, log);
  const ownPorts = (): number[] => [proxy.port, logins.port].filter((port) => port !== null);
  const dialler: DaemonParts["dialler"] = () => ({ settings: upstream.current(), ownPorts: ownPorts() });
  const credentials = wireCredentials({ paths, log }, { definitions, upstream, dialler });
  const { vault, freshness, hubSyncs, hubLoans } = credentials;
  const profiles = wireProfiles(paths, restored, credentials);
  const logins = new Logins(new FormServer(), clock);
  const noteEnd = noteEndBy({ profiles, paths, clock, isLent: (id) => hubLoans.has(id), bug });
  const runs = new LiveRuns({
    clock,
    onBug: bug,
    onEnd: (run, reason) => {
      proxy.endRun(run.id);
      log.info("run ended", { run: run.id, reason, requests: run.requests, denied: run.denied });
      noteEnd(run, reason);
      hubLoans.end(run.id);
      restored.mark();
      onActivity();
    },
  });
  const audit = routeAudit(profiles, (id) => runs.find(id)?.profile ?? null);
  const proxy = new ProxyHost(
    wireProxyPorts({ clock, audit, profiles, runs, upstream, paths, log, freshness, vault, hubSyncs, hubLoans, ownPorts }),
  );
  const echoes = new Echoes({ stateDirectory: paths.state, clock, ownPorts });
  const parts: DaemonParts = {
    paths,
    clock,
    log,
    definitions,
    profiles,
    runs,
    restored,
    logins,
    proxy,
    echoes,
    dialler,
    ...credentials,
    startedAtMs: clock.nowMs(),
    sourcesOf: (profile) => sourcesIn(definitions, profile),
    stop,
  };
  return parts;
}

/** What lives beside an open profile begins with it and is settled before it closes. */
function wireProfiles(
  paths: Paths,
  restored: RestoredRuns,
  { vault, freshness, hubSyncs }: Pick<DaemonParts, "vault" | "freshness" | "hubSyncs">,
): Profiles {
  return new Profiles({
    paths,
    clock: systemClock,
    onOpen: async (profile) => {
      await restored.load(profile);
      hubSyncs.watch(profile);
    },
    onClose: async ({ name }) => {
      hubSyncs.unwatch(name);
      vault.forget(name);
      await freshness.settle(name);
    },
  });
}

interface CredentialSources {
  readonly definitions: Definitions;
  readonly upstream: UpstreamSettings;
  readonly dialler: DaemonParts["dialler"];
}

/** Everything a credential can come from beside the store: token endpoints, backends of secrets, a hub. */
function wireCredentials(
  { paths, log }: Pick<DaemonParts, "paths" | "log">,
  { definitions, upstream, dialler }: CredentialSources,
): Pick<DaemonParts, "sendOAuth" | "vault" | "freshness" | "hubSessions" | "hubSyncs" | "hubLoans"> {
  const clock = systemClock;
  const steadyMs = (): number => performance.now();
  const sendOAuth = sendOAuthBy(dialler);
  const cacheMs = (): number => loadSettings(paths)["secrets.cache_seconds"] * 1_000;
  const vault = new Vault({ tools: backendTools, steadyMs, cacheMs, shared: (profile, id) => hubSyncs.secretOf(profile, id) });
  const freshness = new Freshness({ clock, steadyMs, send: sendOAuth, log });
  const hubSessions = new HubSessions({ clock, roots: () => upstream.current().roots });
  const hubSyncs = new HubSyncs({ clock, steadyMs, definitions, sessions: hubSessions, log });
  const hubLoans = new HubLoans({ clock, steadyMs, definitions, roots: () => upstream.current().roots, log });
  return { sendOAuth, vault, freshness, hubSessions, hubSyncs, hubLoans };
}

function sourcesIn(definitions: Definitions, profile: UnlockedProfile): RunSources {
  return {
    connections: profile.connections(),
    find: (id) => definitions.current().get(id),
    suggest: (id) => definitions.suggest(id),
    revision: `${profile.revision}.${definitions.revision}`,
  };
}

function methodsOf(parts: DaemonParts): MethodTable {
  return {
    ...daemonMethods(parts),
    ...profileMethods(parts),
    ...providerMethods(parts),
    ...catalogueMethods(parts),
    ...connectionMethods(parts),
    ...revealMethods(parts),
    ...importMethods(parts),
    ...loginMethods(parts),
    ...runMethods(parts),
    ...auditMethods(parts),
    ...caMethods(parts),
    ...requestMethods(parts),
    ...doctorMethods(parts),
    ...vaultMethods(parts),
    ...vaultRevealMethods(parts),
    ...pushMethods(parts),
    ...labelledMethods(parts),
    ...hubMethods(parts),
  };
}

async function listenControl(parts: DaemonParts, idle: IdleEnds): Promise<ControlServer> {
  const { paths, log } = parts;
  try {
    // Left by a daemon that was killed. The lock is ours, so it is nobody's socket.
    if (process.platform !== "win32") rmSync(paths.controlSocket, { force: true });
    return await startControlServer({
      socketPath: paths.controlSocket,
      methods: methodsOf(parts),
      greet: (hello) => greet(hello, parts),
      onCall: (change) => idle.countCall(change),
      onBug: (method, error) => log.error("bug", { method, ...describeBug(error) }),
    });
  } catch (error) {
    throw new KeywardError("HOME_UNUSABLE", `cannot listen on ${paths.controlSocket} (${systemCode(error) ?? "unknown reason"})`, {
      cause: error,
    });
  }
}

/** A newer command replaces this daemon at once when nothing lives in it; decided here, so that no run can begin in between. */
function greet(hello: ClientHello, parts: DaemonParts): DaemonHello {
  const version = packageVersion();
  const stepsAside = hello.replace && isOlderVersion(version, hello.version) && !isBusy(parts);
  if (stepsAside) parts.stop("replaced by a newer version");
  return { protocol: PROTOCOL_VERSION, version, pid: process.pid, stepsAside };
}

/** Something lives in this daemon that would end with it. */
function isBusy({ runs, logins, echoes }: DaemonParts): boolean {
  return runs.count > 0 || logins.count > 0 || echoes.count > 0;
}

function makeEnding(): { begin: (reason: string) => void; begun: Promise<string> } {
  let begin: (reason: string) => void = () => undefined;
  const begun = new Promise<string>((resolve) => {
    begin = resolve;
  });
  return { begin, begun };
}

/** An end that hangs must not keep the home from the next daemon. */
async function atMost(ms: number, ending: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([ending, limit]);
  clearTimeout(timer);
}
