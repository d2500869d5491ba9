// Tells the hub about runs that ended, as much as the setting hub.content lets it know: for `sync`, and for a run with --sync.
// In: which runs. Out: what became of each. After a run nothing of it changes how the run ended.
import { readVariable } from "../../config/environment.ts";
import { loadSettings } from "../../config/settings-file.ts";
import type { UploadedRunInfo } from "../../control/api/hub.ts";
import { toKeywardError } from "../../core/errors.ts";
import { environmentToken } from "../at-hub/call-hub.ts";
import type { Context, Control } from "../context.ts";

export interface UploadWish {
  /** null = all that wait. */
  readonly runId: string | null;
  readonly force: boolean;
  readonly cleanup: boolean;
}

/** Longer would be felt as a program that does not end; what is left waits for `keyward sync`. */
const AFTER_RUN_LIMIT_MS = 10_000;

/** With KEYWARD_TOKEN where it is set, else by the profile's login. @throws HUB_LOGIN_REQUIRED, RUN_UNKNOWN, SETTINGS_CORRUPT, SETTING_VALUE */
export async function uploadRuns(wish: UploadWish, context: Context): Promise<readonly UploadedRunInfo[]> {
  const { call, paths, profile, world } = context;
  const content = loadSettings(paths, world.environment)["hub.content"];
  const by = environmentToken(context);
  const workspace = readVariable("KEYWARD_WORKSPACE", world.environment) ?? null;
  return (await call("hub.upload", { profile, ...wish, content, by, workspace })).results;
}

/** Over a connection of its own: that of the run ended with it. */
export async function uploadEndedRun(runId: string, context: Context): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), AFTER_RUN_LIMIT_MS);
  });
  let control: Control | null = null;
  try {
    control = await context.connect();
    const { call } = control;
    const own: Context = { ...context, call: call.bind(control) };
    const results = await Promise.race([uploadRuns({ runId, force: false, cleanup: false }, own), late]);
    const failed = results?.find(({ status }) => status !== "synced");
    if (results === null || failed !== undefined)
      context.out.warn(`the run was not uploaded (${failed?.code ?? "late"}); next: keyward sync`);
    else context.out.detail(`${runId} was uploaded`);
  } catch (error) {
    context.out.warn(`the run was not uploaded: ${toKeywardError(error).message}`);
  } finally {
    clearTimeout(timer);
    control?.close();
  }
}
