// run.attach: after a daemon restart the process that owns a run ties it to its new control connection.
// In: a run id and its owner's identity. Out: the proxy port, the same as before. Nobody but the owner of record can attach.
// "No such run" is final for whoever asks, so it is not said while runs are still being taken over.
import type { Result } from "../../control/protocol.ts";
import type { Session } from "../../control/server.ts";
import type { ProcessIdentity } from "../../core/run.ts";
import type { DaemonParts } from "../parts.ts";

export interface Attachment {
  readonly runId: string;
  readonly owner: ProcessIdentity;
}

/** @throws RUN_UNKNOWN, PROFILE_LOCKED, PORT_TAKEN */
export async function attachRun(
  { runId, owner }: Attachment,
  { parts, session }: { parts: DaemonParts; session: Session },
): Promise<Result<"run.attach">> {
  const { runs, proxy, restored } = parts;
  await restored.settled();
  const run = runs.find(runId);
  const known = run?.record.owner;
  const isOwner = known?.pid === owner.pid && known.startedAt === owner.startedAt;
  if (run === null || !isOwner || proxy.port === null) throw restored.explainMissing(runId);
  runs.tie(run, session);
  return { proxyPort: proxy.port };
}
