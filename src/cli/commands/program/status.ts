// `keyward status`: everything at a glance: daemon, profile, connections, live runs, the hub. Starts no daemon and asks no hub.
import { loadSettings } from "../../../config/settings-file.ts";
import type { HubState } from "../../../control/api/hub.ts";
import type { ConnectionInfo, DaemonStatus, RunInfo } from "../../../control/protocol.ts";
import { toKeywardError } from "../../../core/errors.ts";
import type { Context, Control } from "../../context.ts";
import { define } from "../../define.ts";
import { daemonObject } from "../../show/daemon.ts";
import { identityLine, identityObject } from "../../show/hub.ts";
import { timeSpan } from "../../text/times.ts";

interface State {
  readonly daemon: DaemonStatus | null;
  readonly profile: string;
  /** null = they cannot be looked at: no daemon, or the profile is locked. */
  readonly connections: readonly ConnectionInfo[] | null;
  readonly runs: readonly RunInfo[];
  readonly hub: HubState | null;
  readonly problems: readonly string[];
}

export const status = define({
  name: "status",
  summary: "show daemon, profile, connections, live runs and hub",
  examples: [
    { command: "keyward status", does: "everything at a glance" },
    { command: "keyward status --json", does: "for a script" },
  ],
  run: async (_args, context) => {
    const control = await context.world.find(context.paths);
    try {
      show(await look(control, context), context);
    } finally {
      control?.close();
    }
  },
});

async function look(control: Control | null, { paths, profile, world }: Context): Promise<State> {
  const problems: string[] = [];
  const name = profile ?? loadSettings(paths, world.environment).profile;
  if (control === null) return { daemon: null, profile: name, connections: null, runs: [], hub: null, problems };
  const attempt = async <T>(what: Promise<T>): Promise<T | null> => {
    try {
      return await what;
    } catch (error) {
      problems.push(toKeywardError(error).message);
      return null;
    }
  };
  const daemon = await attempt(control.call("daemon.status", {}));
  const listed = await attempt(control.call("connection.list", { profile }));
  const runs = await attempt(control.call("run.list", { profile: null }));
  // A locked profile was said already.
  const hub = listed === null ? null : await attempt(control.call("hub.state", { profile }));
  return { daemon, profile: name, connections: listed?.connections ?? null, runs: runs?.runs ?? [], hub, problems };
}

function show(state: State, context: Context): void {
  const { daemon, profile, connections, runs, hub, problems } = state;
  const { out, world } = context;
  const identity = hub?.identity ?? null;
  out.object({
    daemon: daemonObject(daemon),
    profile: { name: profile, state: daemon?.profileState ?? null },
    connections:
      connections?.map(({ provider, name, isDefault, status: found }) => ({
        provider,
        connection: name,
        default: isDefault,
        status: found,
      })) ?? null,
    runs: runs.map(({ id, command, pid, requests, denied, level }) => ({ id, command, pid, requests, denied, level })),
    hub: identity === null ? { logged_in: false } : { logged_in: true, ...identityObject(identity), freshness: hub?.freshness ?? null },
    problems,
  });
  const bad = (connections ?? []).filter((connection) => connection.status !== "connected");
  out.facts([
    ["daemon", daemon === null ? "not running; any command that needs it starts it" : `keyward ${daemon.version}, pid ${daemon.pid}`],
    ["profile", `${profile}${daemon === null ? "" : ` (${daemon.profileState === "absent" ? "not made yet" : daemon.profileState})`}`],
    ["connections", connections === null ? "not looked at" : describe(connections, bad)],
    ["live runs", String(runs.length)],
    ["hub", identity === null ? "not linked" : `${identityLine(identity)}${hub?.freshness === "stale" ? " (not reached lately)" : ""}`],
  ]);
  const nowMs = world.nowMs();
  for (const run of runs)
    out.line(`  ${run.id}  ${run.command}  ${timeSpan(Math.max(1_000, nowMs - run.startedAtMs))}  ${run.requests} requests`);
  for (const problem of problems) out.warn(problem);
  for (const { provider, name, status: found } of bad) out.warn(`${provider} (${name}) is ${found}: keyward login ${provider} --force`);
}

function describe(connections: readonly ConnectionInfo[], bad: readonly ConnectionInfo[]): string {
  if (connections.length === 0) return "none yet: keyward login PROVIDER";
  return `${connections.length}${bad.length === 0 ? "" : `, ${bad.length} of them need a login`}`;
}
