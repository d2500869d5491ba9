// `keyward sync`: fetches what the hub shares and tells it about runs that ended.
// In: what to do of both. Out: counts; 6 when a run could not be uploaded. The daemon does the work; this says what became of it.
import { isUnattended, readVariable } from "../../config/environment.ts";
import type { HubState, QueuedRunInfo, UploadedRunInfo } from "../../control/api/hub.ts";
import { KeywardError } from "../../core/errors.ts";
import { type UploadWish, uploadRuns } from "../acts/upload-runs.ts";
import { environmentToken } from "../at-hub/call-hub.ts";
import { logInAtHub, usualLogin } from "../at-hub/log-in.ts";
import type { Context } from "../context.ts";
import { define } from "../define.ts";
import { syncObject } from "../show/hub.ts";

interface Args {
  readonly status?: boolean;
  readonly run?: string;
  readonly cleanup?: boolean;
  readonly force?: boolean;
}

/** How many waiting runs are named. */
const MAX_SHOWN = 10;
const MAX_ATTEMPTS = 3;
/** A person has to act. */
const ACTION_REQUIRED = 4;

/** Another login, workspace or role would do. */
function isRecoverable(code: string | null): boolean {
  return code !== null && ["HUB_LOGIN_REQUIRED", "HUB_FORBIDDEN", "HUB_NOT_FOUND", "HUB_WORKSPACE_REQUIRED"].includes(code);
}

export const sync = define<Args>({
  name: "sync",
  summary: "exchange with the hub: shared connections come, runs that ended go",
  details:
    "The daemon does the first by itself, within seconds of a change; this does it now, and uploads the summaries of runs (ids, times, counts, and by the setting hub.content program and connections; no argument or value). " +
    "A run that failed three times waits for --force.",
  options: [
    { flags: "-s, --status", summary: "only show how fresh the cache is and which runs wait" },
    { flags: "--run <run>", summary: "upload this run only" },
    { flags: "-c, --cleanup", summary: "remove the local summary of what was uploaded" },
    { flags: "-f, --force", summary: "also runs that failed three times" },
  ],
  examples: [
    { command: "keyward sync", does: "both directions, now" },
    { command: "keyward sync --status --json", does: "login, freshness and what waits, for a script" },
  ],
  run: async (args, context) => {
    const by = environmentToken(context);
    const state = await context.call("hub.state", { profile: context.profile });
    const { runs } = await context.call("hub.queue", { profile: context.profile });
    if (args.status === true) return sayStatus({ state, runs, isSignedIn: by !== null || state.identity !== null }, context);
    const wish = { runId: args.run ?? null, force: args.force === true, cleanup: args.cleanup === true };
    // A token of the environment is for this command: what it may fetch is a run's, and nothing of it is kept.
    if (by !== null) return sayResults(state, await uploadRuns(wish, context), context);
    if (state.identity === null && !(await signIn(state, context))) return ACTION_REQUIRED;
    return sayResults(await pull(context), await uploadOrSignIn(wish, context), context);
  },
});

/** A stored token that may only upload fetches nothing, and that is no failure. */
async function pull(context: Context): Promise<HubState> {
  const state = await context.call("hub.state", { profile: context.profile });
  const isToken = state.identity?.method === "token";
  if (state.deviceId === null && !isToken) return state;
  try {
    return await context.call("hub.sync", { profile: context.profile });
  } catch (error) {
    if (!isToken || !(error instanceof KeywardError) || error.code !== "HUB_FORBIDDEN") throw error;
    context.out.note(`nothing is fetched: ${error.message}`);
    return state;
  }
}

/** A session that ended can be begun anew where a person is. */
async function uploadOrSignIn(wish: UploadWish, context: Context): Promise<readonly UploadedRunInfo[]> {
  try {
    return await uploadRuns(wish, context);
  } catch (error) {
    if (!(error instanceof KeywardError) || error.code !== "HUB_LOGIN_REQUIRED" || !context.ask.canAsk) throw error;
    await context.ask.confirm(`${error.message}. Log in again?`, false);
    await signIn(await context.call("hub.state", { profile: context.profile }), context);
    return await uploadRuns(wish, context);
  }
}

/** False: a person has to act, and it was said how. @throws USAGE in CI, HUB_LOGIN_REQUIRED where no hub is known */
async function signIn(state: HubState, context: Context): Promise<boolean> {
  const named = readVariable("KEYWARD_HUB", context.world.environment);
  const [url, ...more] = state.lastUrls.length > 0 ? state.lastUrls : named === undefined ? [] : [named];
  if (isUnattended(context.world.environment) || !context.ask.canAsk || url === undefined) throw notLoggedIn(context);
  return (await logInAtHub({ ...usualLogin(context), urls: [url, ...more] }, context)) !== null;
}

function notLoggedIn({ world }: Context): KeywardError {
  if (isUnattended(world.environment)) {
    return new KeywardError("USAGE", "not logged in at a hub, and nobody can be asked here", {
      hint: "set KEYWARD_TOKEN, KEYWARD_HUB and KEYWARD_WORKSPACE",
    });
  }
  return new KeywardError("HUB_LOGIN_REQUIRED", "not logged in at a hub", { hint: "keyward auth login --hub https://hub.example.com" });
}

interface Status {
  readonly state: HubState;
  readonly runs: readonly QueuedRunInfo[];
  readonly isSignedIn: boolean;
}

function sayStatus({ state, runs, isSignedIn }: Status, { out }: Context): number {
  const waiting = runs.filter((run) => !run.uploaded);
  const failed = waiting.filter((run) => run.attempts > 0);
  out.facts([
    ["logged in", isSignedIn ? "yes" : "no"],
    [
      "cache",
      state.freshness === null ? (state.endedBecause === null ? "none" : `removed: ${state.endedBecause}`) : describeFreshness(state),
    ],
    ["shared", String(state.connections.filter((each) => each.skipped === null).length)],
    ["pending runs", String(waiting.length)],
    ["failed runs", String(failed.length)],
  ]);
  for (const { provider, name, skipped } of state.connections)
    if (skipped !== null) out.line(`${provider} (${name}) is not used: ${skipped}`);
  for (const run of waiting.slice(0, MAX_SHOWN))
    out.line(`  ${run.runId}${run.code === null ? "" : `  ${run.code}, ${run.attempts} times`}`);
  if (waiting.length > MAX_SHOWN) out.line(`  and ${waiting.length - MAX_SHOWN} more`);
  out.object({
    ...syncObject(state),
    logged_in: isSignedIn,
    pending_jobs: waiting.length,
    failed_jobs: failed.length,
    jobs: waiting.map(jobObject),
  });
  return 0;
}

function describeFreshness({ freshness, lastContactMs }: HubState): string {
  const since = lastContactMs === null ? "never" : new Date(lastContactMs).toISOString();
  if (freshness === "denied") return `not used any more: the hub was last reached ${since}`;
  return `${freshness}, last contact ${since}`;
}

function jobObject({ runId, startedAtMs, attempts, code }: QueuedRunInfo): Record<string, unknown> {
  return { run_id: runId, started_at: new Date(startedAtMs).toISOString(), attempts, code, skipped_until_forced: attempts >= MAX_ATTEMPTS };
}

function sayResults(state: HubState, results: readonly UploadedRunInfo[], { out }: Context): number {
  const count = (status: UploadedRunInfo["status"]): number => results.filter((each) => each.status === status).length;
  const shared = state.connections.filter((each) => each.skipped === null).length;
  out.line(`${shared} shared connections; ${count("synced")} runs uploaded, ${count("failed")} failed`);
  for (const { runId, status, code } of results) if (status !== "synced") out.line(`  ${runId}: ${status} (${code ?? "no reason"})`);
  if (results.some(({ code }) => isRecoverable(code)))
    out.note(
      "what was refused can be sent again once the login, the workspace or the role is right: keyward auth status, then keyward sync --force",
    );
  if (count("skipped") > 0) out.note(`${count("skipped")} runs failed three times; keyward sync --force tries them again`);
  out.object({
    synced: count("synced"),
    failed: count("failed"),
    shared,
    results: results.map(({ runId, status, code }) => ({ run_id: runId, status, code, recoverable: isRecoverable(code) })),
  });
  return count("failed") > 0 ? 6 : 0;
}
