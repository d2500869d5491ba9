// Tells the hub about runs that ended, as much as the setting hub.content lets it know: for `sync`, and for a run with --sync.
// In: which runs. Out: what became of each. After a run nothing of it changes how the run ended.
import { loadSettings } from "../../config/settings-file.ts";
import type { UploadedRunInfo } from "../../control/api/hub.ts";
import { toKeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";

export interface UploadWish {
  /** null = all that wait. */
  readonly runId: string | null;
  readonly force: boolean;
  readonly cleanup: boolean;
}

/** Longer would be felt as a program that does not end; what is left waits for `keyward sync`. */
const AFTER_RUN_LIMIT_MS = 10_000;

/** @throws HUB_LOGIN_REQUIRED, RUN_UNKNOWN, SETTINGS_CORRUPT, SETTING_VALUE */
export async function uploadRuns(wish: UploadWish, { call, paths, profile, world }: Context): Promise<readonly UploadedRunInfo[]> {
  const content = loadSettings(paths, world.environment)["hub.content"];
  return (await call("hub.upload", { profile, ...wish, content })).results;
}

export async function uploadEndedRun(runId: string, context: Context): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), AFTER_RUN_LIMIT_MS);
  });
  try {
    const results = await Promise.race([uploadRuns({ runId, force: false, cleanup: false }, context), late]);
    const failed = results?.find(({ status }) => status !== "synced");
    if (results === null || failed !== undefined)
      context.out.warn(`the run was not uploaded (${failed?.code ?? "late"}); next: keyward sync`);
    else context.out.detail(`${runId} was uploaded`);
  } catch (error) {
    context.out.warn(`the run was not uploaded: ${toKeywardError(error).message}`);
  } finally {
    clearTimeout(timer);
  }
}
