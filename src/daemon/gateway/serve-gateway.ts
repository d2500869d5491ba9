// `keyward gateway`: the proxy for containers and machines that have no daemon. Admission is a run token of the hub; everything after it is the
// proxy's own story, with the same rules, the same one decision on every release and the same audit.
// In: where to listen, which hub, which certificate authority. Out: a running gateway. It keeps nothing: any number of them serve alike.
import { LeafCache } from "../../certs/leaf-cache.ts";
import { type AuditLog, openAudit } from "../../audit/open-audit.ts";
import type { Paths } from "../../config/paths.ts";
import { systemClock } from "../../core/clock.ts";
import { type Connection, type Credential, describeConnection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { createHubClient } from "../../hub/client/hub-client.ts";
import { bundledProvidersDirectory, loadProviders } from "../../providers/catalogue.ts";
import { matchPlaces } from "../../providers/match.ts";
import type { KnownPlaceholder, KnownSecret, LiveRun, ProxyPorts } from "../../proxy/ports.ts";
import { startProxy } from "../../proxy/start-proxy.ts";
import type { StoredAuthority } from "../../store/profile-store.ts";
import type { DaemonLog } from "../log.ts";
import { ScrubSettings } from "../proxy/scrub-settings.ts";
import { UpstreamSettings } from "../proxy/upstream-settings.ts";
import { takeDefinitions } from "../hub/shared/take-definitions.ts";
import { openFront } from "./gateway-front.ts";
import { answerPage } from "./gateway-pages.ts";
import { bindShared, type TokenBinding } from "./token-bindings.ts";
import { type TokenRun, TokenRuns } from "./token-runs.ts";

export interface GatewayOptions {
  readonly hubUrls: readonly [string, ...string[]];
  readonly host: string;
  readonly port: number;
  readonly authority: StoredAuthority;
  /** One hash-chained file of this replica. */
  readonly auditPath: string;
  readonly paths: Paths;
  readonly log: DaemonLog;
  /** Refuse every host that no connection of the token owns. */
  readonly denyUnmatched: boolean;
}

export interface RunningGateway {
  readonly port: number;
  close(): Promise<void>;
}

/** A token's connections as they are now, made again only when the hub changed them. */
interface Known {
  readonly revision: number;
  readonly bound: readonly TokenBinding[];
  readonly placeholders: readonly KnownPlaceholder[];
  readonly secrets: readonly KnownSecret[];
}

/** @throws PORT_TAKEN, AUDIT_FAILED */
export async function serveGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { log, paths } = options;
  const audit = openAudit({ path: options.auditPath, clock: systemClock });
  const upstream = new UpstreamSettings(paths, log);
  const state: { endRun: (id: string) => void; ports: number[] } = { endRun: () => undefined, ports: [] };
  const runs = new TokenRuns({
    client: createHubClient({ urls: options.hubUrls, roots: upstream.current().roots }),
    clock: systemClock,
    steadyMs: () => performance.now(),
    onEnd: (id) => state.endRun(id),
    log: (event, detail) => log.warn(event, detail),
  });
  const ports = wirePorts(options, { runs, audit, upstream, ownPorts: () => state.ports });
  const proxy = await startProxy(ports, { port: 0 });
  state.endRun = (id) => proxy.endRun(id);
  const pages = {
    certificatePem: options.authority.certificatePem,
    bindingsOf: (token: string) => ports.authenticate("", token)?.bindings() ?? null,
  };
  const front = await openFront({
    host: options.host,
    port: options.port,
    proxyPort: () => proxy.port,
    admit: (token) => runs.admit(token),
    answer: (head) => answerPage(head, pages),
  });
  // Whoever is asked for these is the gateway itself.
  state.ports = [proxy.port, front.port];
  const flushing = setInterval(() => audit.flush(), 30_000);
  return {
    port: front.port,
    close: async () => {
      clearInterval(flushing);
      await front.close();
      await proxy.close();
      runs.close();
      audit.close();
    },
  };
}

interface Parts {
  readonly runs: TokenRuns;
  readonly audit: AuditLog;
  readonly upstream: UpstreamSettings;
  readonly ownPorts: () => readonly number[];
}

function wirePorts(options: GatewayOptions, { runs, audit, upstream, ownPorts }: Parts): ProxyPorts {
  const { log, paths, authority, denyUnmatched } = options;
  const leaves = new LeafCache(authority, systemClock);
  const scrub = new ScrubSettings(paths, log);
  const known = knownRuns(runs, paths);
  const layers = [{ allow: [], deny: [], denyUnmatched, rules: [] }];
  const liveRun = (id: string): LiveRun => ({
    id,
    layers,
    bindings: () => (runs.byId(id) === null ? [] : known.of(id).bound.map(({ binding }) => binding)),
    countRequest: () => undefined,
  });
  return {
    matchPlaces,
    clock: systemClock,
    audit,
    // The user name says nothing: the token is the run.
    authenticate: (_user, token) => {
      const run = runs.find(token);
      return run === null ? null : liveRun(run.id);
    },
    isRunLive: (id) => runs.byId(id) !== null,
    peerToken: () => Promise.resolve(null),
    knownPlaceholders: ({ id }) => known.of(id).placeholders,
    knownSecrets: ({ id }) => known.of(id).secrets,
    credential: (connection) => Promise.resolve(credentialOf(connection, known.all(), runs)),
    isRenewable: () => false,
    afterRefusal: () => Promise.resolve(false),
    scrubMode: (connection) => scrub.modeFor(connection),
    secureContextFor: (host) => leaves.secureContextFor(host),
    dialSettings: () => upstream.current(),
    ownPorts,
    log: (level, event, detail) => log[level](event, detail),
  };
}

/** What each token's run may use, made again when the hub changed it and dropped when the token has ended. */
function knownRuns(runs: TokenRuns, paths: Paths): { of(runId: string): Known; all(): readonly Known[] } {
  const catalogue = loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: paths.providers });
  const known = new Map<string, Known>();
  return {
    of: (runId) => {
      const run = runs.byId(runId);
      if (run === null) {
        known.delete(runId);
        throw new KeywardError("RUN_UNKNOWN", "the run token has ended");
      }
      const before = known.get(runId);
      if (before?.revision === run.revision) return before;
      const shared = takeDefinitions(run.definitions);
      const bound = bindShared(run.connections, (id) => catalogue.get(id) ?? shared.find((provider) => provider.id === id) ?? null);
      const now = know(run, bound);
      known.set(runId, now);
      return now;
    },
    all: () => {
      for (const id of known.keys()) if (runs.byId(id) === null) known.delete(id);
      return [...known.values()];
    },
  };
}

function know(run: TokenRun, bound: readonly TokenBinding[]): Known {
  const placeholders = bound.flatMap(({ binding }) => Object.values(binding.placeholders).map((text) => ({ text, owner: binding })));
  const secrets = bound.flatMap(({ binding, credential }) => {
    return Object.keys(binding.placeholders).flatMap((name) => {
      const secret = credential.fields[name];
      return secret === undefined ? [] : [{ secret, owner: binding }];
    });
  });
  return { revision: run.revision, bound, placeholders, secrets };
}

/** A connection of a token whose hub was not reached for longer than its policy allows is not used. @throws LOGIN_REQUIRED, HUB_STALE */
function credentialOf(connection: Connection, known: readonly Known[], runs: TokenRuns): Credential {
  const found = known.flatMap(({ bound }) => bound).find(({ credential }) => credential.connectionId === connection.id);
  if (found === undefined) {
    throw new KeywardError("LOGIN_REQUIRED", `${describeConnection(connection)} is not shared with this token any more`);
  }
  runs.requireFresh(connection.id);
  return found.credential;
}
