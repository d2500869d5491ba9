// The proxy's ports made real: who may pass, with which credential, under which authority (proxy/ports.ts is the contract).
// In: the daemon's parts. Out: ProxyPorts. Credentials come from the profile that owns the connection and from no other.
import type { AuditSink } from "../../audit/sink.ts";
import type { Paths } from "../../config/paths.ts";
import type { Clock } from "../../core/clock.ts";
import { type Connection, type Credential, describeConnection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { matchPlaces } from "../../providers/match.ts";
import type { LiveRun, ProxyPorts } from "../../proxy/ports.ts";
import { captureTokens } from "../capture/capture-tokens.ts";
import type { DaemonLog } from "../log.ts";
import { expired } from "../oauth/again.ts";
import type { Freshness } from "../oauth/freshness.ts";
import type { HubLoans } from "../hub/hub-loans.ts";
import type { HubSyncs } from "../hub/hub-syncs.ts";
import type { Profiles } from "../profiles/profiles.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import type { LiveRuns } from "../runs/live-runs.ts";
import { PeerTokens } from "./peer-token.ts";
import { RunUpstream } from "./run-upstream.ts";
import { ScrubSettings } from "./scrub-settings.ts";
import type { Vault } from "../vault/vault.ts";
import type { UpstreamSettings } from "./upstream-settings.ts";

export interface ProxyPortsParts {
  readonly clock: Clock;
  readonly audit: AuditSink;
  readonly profiles: Profiles;
  readonly runs: LiveRuns;
  readonly upstream: UpstreamSettings;
  readonly paths: Paths;
  readonly log: DaemonLog;
  readonly freshness: Freshness;
  readonly vault: Vault;
  readonly hubSyncs: HubSyncs;
  readonly hubLoans: HubLoans;
  readonly ownPorts: () => readonly (number | null)[];
}

/** A credential must hold for at least this long when it leaves. */
const MIN_VALID_MS = 60_000;

export function wireProxyPorts(parts: ProxyPortsParts): ProxyPorts {
  const { clock, audit, profiles, runs, upstream, log } = parts;
  const peers = new PeerTokens();
  const scrub = new ScrubSettings(parts.paths, log);
  const runUpstream = new RunUpstream(log);
  return {
    matchPlaces,
    clock,
    audit,
    authenticate: (runId, token) => runs.authenticate(runId, token),
    isRunLive: (runId) => runs.isLive(runId),
    peerToken: (connection) => peers.find(connection),
    knownPlaceholders: (run) => profileOf(run, parts).knownPlaceholders(),
    knownSecrets: (run) => profileOf(run, parts).knownSecrets(),
    credential: async (connection) => credentialFor(connection, parts),
    capture: captureTokens(parts),
    scrubMode: (connection) => scrub.modeFor(connection),
    isRenewable: ({ kind }) => kind === "oauth2",
    afterRefusal: async (refusal) => {
      const profile = ownerOf(refusal.connection, profiles);
      return profile !== null && parts.freshness.afterRefusal(profile, refusal);
    },
    secureContextFor: (host, run) => profileOf(run, parts).leaves.secureContextFor(host),
    dialSettings: (runId) => {
      const run = runs.find(runId);
      if (run === null) return upstream.current();
      return runUpstream.settingsFor(run.record.network, upstream.current(), profileOf(run, parts).authority.certificatePem);
    },
    ownPorts: () => parts.ownPorts().filter((port) => port !== null),
    log: (level, event, detail) => log[level](event, detail),
  };
}

/** @throws RUN_UNKNOWN for a run that ended in this instant */
function profileOf(run: LiveRun, { runs, profiles }: ProxyPortsParts): UnlockedProfile {
  const name = runs.find(run.id)?.profile;
  const profile = profiles.opened().find((open) => open.name === name);
  if (profile === undefined) throw new KeywardError("RUN_UNKNOWN", "the run has ended");
  return profile;
}

/** By id: a connection replaced since it was picked is not this one any more. */
function ownerOf(connection: Connection, profiles: Profiles): UnlockedProfile | null {
  return profiles.opened().find((profile) => profile.find(connection)?.id === connection.id) ?? null;
}

async function credentialFor(
  connection: Connection,
  { profiles, clock, freshness, vault, hubSyncs, hubLoans }: ProxyPortsParts,
): Promise<Credential> {
  const nowMs = clock.nowMs();
  const profile = ownerOf(connection, profiles);
  const credential = profile?.credential(connection) ?? null;
  if (profile === null || credential === null) {
    throw new KeywardError("LOGIN_REQUIRED", `${describeConnection(connection)} has no stored credential`, {
      hint: `keyward login ${connection.provider} --connection ${connection.name}`,
    });
  }
  hubSyncs.requireFresh(profile, connection);
  hubLoans.requireFresh(connection.id);
  profile.store.connections.touch(connection, nowMs);
  if (connection.kind === "oauth2") return freshness.ensure(profile, connection, credential);
  if (credential.expiresAtMs !== null && credential.expiresAtMs - nowMs < MIN_VALID_MS) throw expired(connection);
  return vault.fill(profile, connection, credential);
}
