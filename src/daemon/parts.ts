// What the daemon's methods work with, as wire.ts puts it together. Types only.
import type { Paths } from "../config/paths.ts";
import type { Clock } from "../core/clock.ts";
import type { OAuthSend } from "../oauth/send.ts";
import type { Dialler } from "../proxy/upstream/dial.ts";
import type { Definitions } from "./definitions/definitions.ts";
import type { Echoes } from "./doctor/echo/echoes.ts";
import type { Freshness } from "./oauth/freshness.ts";
import type { HubLoans } from "./hub/hub-loans.ts";
import type { HubSessions } from "./hub/hub-session.ts";
import type { HubSyncs } from "./hub/hub-syncs.ts";
import type { DaemonLog } from "./log.ts";
import type { Logins } from "./logins/logins.ts";
import type { Profiles } from "./profiles/profiles.ts";
import type { UnlockedProfile } from "./profiles/unlocked-profile.ts";
import type { ProxyHost } from "./proxy/proxy-host.ts";
import type { RunSources } from "./runs/live-run.ts";
import type { Vault } from "./vault/vault.ts";
import type { LiveRuns } from "./runs/live-runs.ts";
import type { RestoredRuns } from "./runs/restored-runs.ts";

export interface DaemonParts {
  readonly paths: Paths;
  readonly clock: Clock;
  readonly log: DaemonLog;
  readonly definitions: Definitions;
  readonly profiles: Profiles;
  readonly runs: LiveRuns;
  readonly restored: RestoredRuns;
  readonly logins: Logins;
  readonly proxy: ProxyHost;
  /** Open diagnoses. */
  readonly echoes: Echoes;
  /** How the daemon itself dials, with the settings of this moment. */
  readonly dialler: () => Dialler;
  readonly sendOAuth: OAuthSend;
  readonly freshness: Freshness;
  readonly vault: Vault;
  readonly hubSessions: HubSessions;
  readonly hubSyncs: HubSyncs;
  readonly hubLoans: HubLoans;
  readonly startedAtMs: number;
  /** What the runs of a profile choose from, now. */
  readonly sourcesOf: (profile: UnlockedProfile) => RunSources;
  readonly stop: (reason: string) => void;
}
