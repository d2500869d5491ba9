// daemon.*: what the daemon is doing, and its end.
import { SETTINGS } from "../../config/settings.ts";
import type { DaemonStatus } from "../../control/protocol.ts";
import type { MethodTable } from "../../control/server.ts";
import { packageVersion } from "../../control/version.ts";
import type { DaemonParts } from "../parts.ts";

export function daemonMethods(parts: DaemonParts): Pick<MethodTable, "daemon.status" | "daemon.stop"> {
  return {
    "daemon.status": () => status(parts),
    "daemon.stop": () => {
      // The answer goes out first; closing waits for calls in flight.
      setImmediate(() => parts.stop("daemon.stop"));
      return {};
    },
  };
}

function status({ profiles, runs, proxy, startedAtMs }: DaemonParts): DaemonStatus {
  // Broken settings must not hide the daemon that lives.
  const profile = profiles.activeName() ?? String(SETTINGS.profile.fallback);
  const known = profiles.exists(profile) ? profiles.describe(profile) : null;
  return {
    version: packageVersion(),
    pid: process.pid,
    startedAtMs,
    profile,
    profileState: known?.state ?? "absent",
    custody: known?.custody ?? null,
    proxyPort: proxy.port,
    liveRuns: runs.count,
    requests: runs.requests,
    rssBytes: process.memoryUsage.rss(),
  };
}
