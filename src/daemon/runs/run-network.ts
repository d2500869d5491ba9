// run.start's word about the network, judged: what a new run may take from the environment it was started in.
// In: the command's parameters, the live runs. Out: a RunNetwork or null. A process inside a run names neither proxy nor roots of
// its own: with both, a child could lead a real key to itself. It goes out as the run around it does.
import type { RunNetworkParams } from "../../control/protocol.ts";
import { ancestorsOf, identifyProcess } from "../../core/process-identity.ts";
import type { ProcessIdentity, RunNetwork } from "../../core/run.ts";
import { Secret } from "../../core/secret.ts";
import type { ActiveRun } from "./live-run.ts";
import type { LiveRuns } from "./live-runs.ts";

export function judgeNetwork(params: RunNetworkParams | null, runs: Pick<LiveRuns, "find" | "ownedBy">): RunNetwork | null {
  if (params === null) return null;
  const around = runAround(params.asker, runs);
  if (around !== null) return around.record.network;
  if (params.within !== null) return runs.find(params.within)?.record.network ?? null;
  // Whoever does not say who it is gets the plain way.
  if (identifyProcess(params.asker.pid)?.startedAt !== params.asker.startedAt) return null;
  const { proxy, caFiles } = params;
  return { proxy: proxy === null ? null : { ...proxy, url: new Secret(proxy.url) }, caFiles };
}

/** The innermost run that the process belongs to. */
function runAround(asker: ProcessIdentity, runs: Pick<LiveRuns, "ownedBy">): ActiveRun | null {
  for (const pid of [asker.pid, ...ancestorsOf(asker.pid)]) {
    const run = runs.ownedBy(pid);
    if (run !== null) return run;
  }
  return null;
}
