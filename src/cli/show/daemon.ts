// The daemon's state as people and scripts see it. In: its status, or null when it does not run. Out: lines and one object.
import type { DaemonStatus } from "../../control/protocol.ts";
import type { Context } from "../context.ts";
import { isoTime, timeSpan } from "../text/times.ts";
import { CUSTODY_WORDS } from "./profiles.ts";

const MEBIBYTE = 1024 * 1024;

export function showDaemon(status: DaemonStatus | null, { out, world }: Context): void {
  out.object(daemonObject(status));
  if (status === null) {
    out.line("the daemon is not running; any command that needs it starts it");
    return;
  }
  out.facts([
    ["daemon", `running, pid ${status.pid}`],
    ["version", status.version],
    ["up for", timeSpan(Math.max(1_000, world.nowMs() - status.startedAtMs))],
    ["profile", `${status.profile} (${status.profileState === "absent" ? "not made yet" : status.profileState})`],
    ["key in", status.custody === null ? "nothing yet" : CUSTODY_WORDS[status.custody]],
    ["proxy port", status.proxyPort === null ? "none yet" : String(status.proxyPort)],
    ["live runs", String(status.liveRuns)],
    ["requests", String(status.requests)],
    ["memory", `${Math.round(status.rssBytes / MEBIBYTE)} MiB`],
  ]);
}

export function daemonObject(status: DaemonStatus | null): Record<string, unknown> {
  if (status === null) return { running: false };
  return {
    running: true,
    version: status.version,
    pid: status.pid,
    started_at: isoTime(status.startedAtMs),
    profile: status.profile,
    profile_state: status.profileState,
    custody: status.custody,
    proxy_port: status.proxyPort,
    live_runs: status.liveRuns,
    requests: status.requests,
    rss_bytes: status.rssBytes,
  };
}
