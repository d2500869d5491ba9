// `doctor --clients`: every client on PATH through a proxy of the daemon's against its echo.
// In: the context and the daemon. Out: what each did: came to the proxy, trusted it, was given the credential.
// Each gets the environment that `keyward run` would give it; the user's own variables are left as they are. The echo and all files are gone afterwards.
import { join } from "node:path";
import { buildChildEnvironment } from "../../child/environment.ts";
import { requireKnownLimit } from "../../child/limits/known-limits.ts";
import { findProbe, type ProbeEnd, runProbe } from "../../child/probe/run-probe.ts";
import { type Probe, PROBES } from "../../child/probe/probes.ts";
import type { Check, EchoSeen } from "../../control/findings.ts";
import type { EchoOpened, RunStarted } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Context, Control } from "../context.ts";
import { untilInterrupted } from "../input/interrupt.ts";

const TIMEOUT_MS = 30_000;
const AT_ONCE = 4;

export interface ClientFinding {
  readonly client: string;
  /** Path of its program. */
  readonly program: string;
  readonly state: Check["state"];
  readonly routed: boolean;
  readonly trusted: boolean;
  readonly injected: boolean;
  readonly found: string;
  readonly fix: string | null;
}

interface Present {
  readonly probe: Probe;
  readonly file: string;
}

interface Trial {
  readonly context: Context;
  readonly signal: AbortSignal;
}

export function presentClients({ world }: Context): Present[] {
  return PROBES.flatMap((probe) => {
    const file = findProbe(probe, world.environment, world.cwd);
    return file === null ? [] : [{ probe, file }];
  });
}

export function checkClients(context: Context): Check {
  const programs = [...new Set(presentClients(context).map(({ probe }) => probe.program))];
  if (programs.length === 0)
    return { name: "clients", state: "warn", found: "none that keyward knows is on the PATH", fix: "check the PATH" };
  return { name: "clients", state: "ok", found: `${programs.join(", ")}; to try them: keyward doctor --clients`, fix: null };
}

export async function tryClients(context: Context, control: Control): Promise<ClientFinding[]> {
  const present = presentClients(context);
  const clients = present.map(({ probe }) => probe.id);
  const echo = await control.call("doctor.open", { profile: context.profile, clients });
  const stop = new AbortController();
  const interrupted = (signal: NodeJS.Signals): Error => new KeywardError("USAGE", "ended by a signal", { detail: { signal } });
  try {
    const ends = await untilInterrupted(runAll(present, echo, { context, signal: stop.signal }), interrupted);
    const { seen } = await control.call("doctor.finish", { echoId: echo.echoId });
    return present.flatMap((client) => judge(client, ends.get(client.probe.id) ?? "absent", seen));
  } catch (error) {
    stop.abort();
    await control.call("doctor.finish", { echoId: echo.echoId }).catch(() => undefined);
    throw error;
  }
}

/** A few at a time: most of a client's time is its own start. */
async function runAll(present: readonly Present[], echo: EchoOpened, trial: Trial): Promise<Map<string, ProbeEnd>> {
  const ends = new Map<string, ProbeEnd>();
  const left = [...present];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && !trial.signal.aborted; next = left.shift()) {
      ends.set(next.probe.id, await runOne(next.probe, echo, trial));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return ends;
}

async function runOne(probe: Probe, echo: EchoOpened, { context, signal }: Trial): Promise<ProbeEnd> {
  const started = echo.runs.find(({ client }) => client === probe.id)?.started;
  if (started === undefined) return "absent";
  context.out.detail(`trying ${probe.name}`);
  const [key = ""] = Object.values(started.env);
  const url = `https://${echo.host}/probe/${probe.id}`;
  const env = environmentOf(started, echo.directory, context);
  return runProbe(probe, { env, url, key, directory: join(echo.directory, probe.id), timeoutMs: TIMEOUT_MS, signal });
}

/** All files go into the echo's directory; what `run` would warn of is not news here. */
function environmentOf(started: RunStarted, directory: string, { world }: Context): Record<string, string> {
  return buildChildEnvironment({ inherited: world.environment, started, keepEnv: [], stateDirectory: directory }).env;
}

function judge({ probe, file }: Present, end: ProbeEnd, seen: readonly EchoSeen[]): ClientFinding[] {
  const saw = seen.find(({ client }) => client === probe.id);
  if (saw === undefined || end === "absent") return [];
  const { routed, trusted, injected, why } = saw;
  const finding = { client: probe.name, program: file, routed, trusted, injected };
  if (injected) return [{ ...finding, state: "ok", found: "works", fix: null }];
  if (probe.limit !== undefined) {
    const { problem, instead } = requireKnownLimit(probe.limit);
    return [{ ...finding, state: "warn", found: "known limit", fix: `${problem}; ${instead}` }];
  }
  const late = end === "hung" ? " within 30 s" : "";
  if (!routed) {
    return [
      {
        ...finding,
        state: "fail",
        found: `did not come to the proxy${late}`,
        fix: probe.ifNotRouted ?? "take a proxy out of its own configuration",
      },
    ];
  }
  if (!trusted) {
    const reason = why === null ? "" : ` (${why})`;
    const fix = probe.ifNotTrusted ?? "take CA files out of its own configuration";
    return [{ ...finding, state: "fail", found: `did not accept keyward's certificate${late}${reason}`, fix }];
  }
  return [
    { ...finding, state: "fail", found: `was not given the credential (${why ?? "the header was not sent"})`, fix: "keyward daemon logs" },
  ];
}
