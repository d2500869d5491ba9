// Tells the hub about runs that ended: oldest first, each at most once in effect, whatever breaks on the way.
// In: the queue and how to call the hub. Out: what became of each. A hub that is busy is asked again; one that refuses is not.
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../core/clock.ts";
import type { ContentMode } from "../../core/run.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import type { HubRequest, HubResponse } from "../../hub/client/hub-client.ts";
import { limitSummary } from "./limit-summary.ts";
import type { QueuedRun, RunQueue } from "./run-queue.ts";

export interface Upload {
  readonly queue: RunQueue;
  readonly clock: Clock;
  call(request: Omit<HubRequest, "token">): Promise<HubResponse>;
  readonly runId: string | null;
  /** Also those that failed three times. */
  readonly force: boolean;
  /** Remove the file of what was uploaded. */
  readonly cleanup: boolean;
  readonly content: ContentMode;
}

export interface UploadResult {
  readonly runId: string;
  readonly status: "synced" | "failed" | "skipped";
  readonly code: string | null;
}

/** One that failed so often waits for --force. */
export const MAX_ATTEMPTS = 3;
const RETRIES = 3;
const FIRST_PAUSE_MS = 500;

/** @throws RUN_UNKNOWN for a run that is not there, HUB_LOGIN_REQUIRED when nobody is logged in */
export async function uploadRuns(upload: Upload): Promise<readonly UploadResult[]> {
  const { queue, runId, force } = upload;
  const runs = runId === null ? queue.list().filter((run) => run.uploadedAtMs === null) : [queue.require(runId)];
  const results: UploadResult[] = [];
  try {
    for (const run of runs) {
      const id = run.summary.run_id;
      if (run.attempts >= MAX_ATTEMPTS && !force && runId === null) results.push({ runId: id, status: "skipped", code: run.lastError });
      else results.push(await uploadOne(run, upload));
    }
  } finally {
    queue.trim();
  }
  return results;
}

async function uploadOne(run: QueuedRun, upload: Upload): Promise<UploadResult> {
  const runId = run.summary.run_id;
  try {
    await send(run, upload);
    if (upload.cleanup) upload.queue.remove(runId);
    else upload.queue.markUploaded(run, upload.clock.nowMs());
    return { runId, status: "synced", code: null };
  } catch (error) {
    const { code } = toKeywardError(error);
    if (code === "HUB_LOGIN_REQUIRED") throw error;
    upload.queue.markFailed(run, code);
    return { runId, status: "failed", code };
  }
}

/** The id of the run is the key of the request: sent twice it is kept once. */
async function send({ summary }: QueuedRun, { call, content }: Upload): Promise<void> {
  const headers = { "idempotency-key": summary.run_id };
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { body } = await call({ method: "POST", path: "/v1/ingest/runs", body: { runs: [limitSummary(summary, content)] }, headers });
      const { rejected } = body as { readonly rejected: readonly unknown[] };
      if (rejected.length > 0) throw new KeywardError("HUB_INVALID", "the hub does not take this record");
      return;
    } catch (error) {
      const { code } = toKeywardError(error);
      const isPassing = code === "HUB_UNREACHABLE" || code === "HUB_DATABASE" || code === "HUB_BUSY";
      if (!isPassing || attempt === RETRIES) throw error;
      await delay(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}
