// `keyward run`: starts a program with placeholders for keys and its traffic through the daemon's proxy; ends as the program ends.
// It prints nothing on stdout and on stderr only with --verbose or on trouble. Before the child lives a failure is 125.
import { join } from "node:path";
import { readVariable } from "../../config/environment.ts";
import { loadSettings, variableSetting } from "../../config/settings-file.ts";
import type { Params, RunStarted } from "../../control/protocol.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import { ENV_NAME_PATTERN } from "../../core/names.ts";
import type { ProcessIdentity } from "../../core/run.ts";
import type { Context, Control } from "../context.ts";
import { define } from "../define.ts";
import { callAgain } from "../reach/call-again.ts";
import { announceLevel } from "../run/announce.ts";
import { buildRunEnvironment, type ChildPlace } from "../run/child-environment.ts";
import { holdRun } from "../run/hold-run.ts";
import { requestRun, type RunArguments } from "../run/request.ts";
import type { PreparedSandbox } from "../run/sandbox.ts";
import { type Format, FORMATS } from "../text/quote.ts";
import { startRun } from "../vault/with-variables.ts";

const BEFORE_CHILD_STATUS = 125;
const END_LIMIT_MS = 2_000;

export const run = define<RunArguments>({
  name: "run",
  summary: "run a program with placeholders instead of keys",
  details: `The program finds a worthless placeholder in every variable its providers use, and its traffic goes through
keyward, which puts the real key into requests to that provider's hosts only. Without --provider every connected
provider is bound. A keyward.json found from here up to the repository's root adds its own rules; rules only narrow.
Exit status: the program's own (128+n when signal n ended it); 125 when keyward failed before it started, 126 when it
cannot be executed, 127 when it was not found.`,
  args: [{ name: "[command...]", summary: "the program and its arguments; nothing after it is read by keyward" }],
  passThrough: true,
  options: [
    { flags: "--connection <provider=name>", summary: "use this connection of a provider; may be repeated", repeat: true },
    { flags: "--provider <id>", summary: "bind only the providers named so; may be repeated", repeat: true },
    { flags: "--allow <host>", summary: "let this host through --deny-unmatched; may be repeated", repeat: true },
    { flags: "--deny <host>", summary: "refuse this host; may be repeated", repeat: true },
    { flags: "--deny-unmatched", summary: "refuse every host that is neither bound nor allowed" },
    {
      flags: "--rule <rule>",
      summary: "permit only such requests to a provider: 'github:GET,HEAD /repos/**'; may be repeated",
      repeat: true,
    },
    { flags: "--capture <provider>", summary: "keep the login that the program makes at this provider; may be repeated", repeat: true },
    {
      flags: "--from-env <names>",
      summary:
        "take these variables out of the environment and bind their values for this run only: NAME or PROVIDER=NAME, comma separated",
      repeat: true,
    },
    { flags: "--keep-env <name>", summary: "leave this variable as it is; may be repeated", repeat: true },
    { flags: "--explain", summary: "show what would be bound, intercepted, denied and set, and start nothing" },
    { flags: "--dry-env", summary: "print the run's environment instead of running a program" },
    { flags: "--format <format>", summary: "format of --dry-env (default: shell)", choices: FORMATS },
    { flags: "--sandbox", summary: "keep the program from everything but this project and keyward's proxy (level L1)" },
    { flags: "--bind <path>", summary: "show this path inside the sandbox; PATH:ro shows it read-only; may be repeated", repeat: true },
    { flags: "--daemon-socket <path>", summary: "run at the daemon of another user, behind its run socket (level L2)" },
    { flags: "--quiet", summary: "do not say the level" },
    { flags: "--sync", summary: "tell the hub about the run when it has ended" },
    { flags: "--ttl <time>", summary: "how long the run of --dry-env lives (default: 8h)" },
  ],
  examples: [
    { command: "keyward run -- node agent.js", does: "every connected provider, worthless keys" },
    { command: "keyward run --connection openai=work -- python3 bot.py", does: "the key called work" },
    { command: "keyward run --rule 'github:GET /repos/**' --deny-unmatched -- ./agent", does: "read only, nothing else" },
    { command: "keyward run --capture github -- gh auth login", does: "gh gets a placeholder, keyward the token" },
    { command: 'eval "$(keyward run --dry-env)"', does: "the same for programs started by others" },
  ],
  run: async (args, context) => {
    try {
      return await runOrExplain(args, context);
    } catch (thrown) {
      throw beforeChild(toKeywardError(thrown));
    }
  },
});

async function runOrExplain(typed: RunArguments, context: Context): Promise<number> {
  const daemonSocket = typed.daemonSocket ?? readVariable("KEYWARD_RUN_SOCKET", context.world.environment);
  const isRequired = loadSettings(context.paths, context.world.environment)["run.sandbox"] && typed.explain !== true;
  const args = {
    ...typed,
    ...(daemonSocket === undefined ? {} : { daemonSocket }),
    ...(isRequired ? { sandbox: true } : {}),
    // What config.json says of it, the daemon adds.
    ...(variableSetting("run.deny_unmatched", context.world.environment) === true ? { denyUnmatched: true } : {}),
  };
  checkArguments(args);
  const isUploaded = isSynced(args, context);
  const { params, texts } = requestRun(args, context);
  const keepEnv = args.keepEnv ?? [];
  if (args.explain === true) {
    await (await import("../run/explain.ts")).explainRun(params, keepEnv, context);
    return 0;
  }
  if (args.dryEnv === true) {
    if (Object.keys(texts).length > 0) context.out.warn(`not printed, as the vault fills them in: ${Object.keys(texts).join(", ")}`);
    const { printRunEnvironment } = await import("../run/dry-env.ts");
    await printRunEnvironment({ params, keepEnv, format: (args.format ?? "shell") as Format }, context);
    return 0;
  }
  const { owner } = params;
  if (owner === null) throw new KeywardError("INTERNAL", "this process cannot identify itself");
  // What cannot be had is said before anything begins.
  const sandbox = args.sandbox === true ? await (await import("../run/sandbox.ts")).prepareSandbox(args, context) : null;
  // Before the run begins: from then on this process counts as inside of it.
  const filled =
    Object.keys(texts).length === 0 ? {} : await (await import("../vault/expand-references.ts")).expandReferences(texts, context);
  const { start, connect } = await daemonOf(args, context);
  const { started, control } = await start(params);
  const bound = started.plan.connections.map(({ provider, name }) => `${provider} (${name})`).join(", ");
  if (started.notice !== undefined) context.out.warn(started.notice);
  context.out.detail(`${started.runId} binds ${bound === "" ? "nothing" : bound}`);
  return runHeld({ args, isUploaded, started, filled, owner, sandbox, control, connect }, context);
}

interface DaemonAccess {
  readonly start: (params: Params<"run.start">) => Promise<{ readonly started: RunStarted; readonly control: Control }>;
  /** A further connection, when that one has ended. */
  readonly connect: () => Promise<Control>;
}

/** The user's own daemon, started when need be, or the one that was named. */
async function daemonOf({ daemonSocket }: RunArguments, context: Context): Promise<DaemonAccess> {
  if (daemonSocket === undefined) {
    return {
      start: async (params) => {
        const started = await startRun(params, context);
        // Should it have ended since, the run is attached to the daemon that comes next.
        return { started, control: await context.control() };
      },
      connect: () => context.connect(),
    };
  }
  const { findSeparateDaemon } = await import("../run/separate-daemon.ts");
  const { connect } = await findSeparateDaemon(daemonSocket);
  return { start: (params) => startAt(connect, params), connect };
}

async function startAt(connect: () => Promise<Control>, params: Params<"run.start">): ReturnType<DaemonAccess["start"]> {
  let control: Promise<Control> | null = null;
  const current = (): Promise<Control> => (control ??= connect());
  const forget = (): void => {
    control = null;
  };
  try {
    const started = await callAgain({ method: "run.start", params, control: current, forget });
    return { started, control: await current() };
  } catch (error) {
    const left = await (control as Promise<Control> | null)?.catch(() => null);
    left?.close();
    throw error;
  }
}

interface StartedRun {
  readonly args: RunArguments;
  /** Settled before the child lives: what is wrong with a setting must not change how its program ended. */
  readonly isUploaded: boolean;
  readonly started: RunStarted;
  /** Variables with values of the vault, as the project asks for them. */
  readonly filled: Readonly<Record<string, string>>;
  readonly owner: ProcessIdentity;
  readonly sandbox: PreparedSandbox | null;
  readonly control: Control;
  readonly connect: () => Promise<Control>;
}

async function runHeld(begun: StartedRun, context: Context): Promise<number> {
  const { args, isUploaded, started, filled, owner, sandbox, control, connect } = begun;
  const { runChild, endLike } = await import("../../child/spawn-child.ts");
  const { keepPreload } = await import("../../child/preload/keep-preload.ts");
  const held = holdRun({ runId: started.runId, owner, control, connect }, context);
  const endRun = async (): Promise<void> => {
    const living = held.stop();
    if (living === null) return;
    // The daemon ends the run by itself when this process is gone; waiting longer for its answer would only be felt.
    const ended = living.call("run.end", { runId: started.runId }).then(
      ({ requests, denied }) => context.out.detail(`${started.runId}: ${requests} requests, ${denied} denied`),
      () => undefined,
    );
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, END_LIMIT_MS).unref())]);
    living.close();
  };
  const keepEnv = args.keepEnv ?? [];
  try {
    const dressed = await buildRunEnvironment({ started, keepEnv, place: sandbox?.place ?? ownPlace(started, context) }, context);
    const env = { ...dressed, ...filled };
    if (started.plan.connections.length > 0) await warnOfKnownLimit(args.command, context);
    if (args.quiet !== true) announceLevel(started.level, sandbox === null ? [] : [sandbox.description], context);
    const [command = "", ...rest] = args.command;
    const child = { command, args: rest, env, cwd: context.world.cwd };
    const stopKeeping = keepPreload(env);
    const end = await (sandbox === null ? runChild(child) : sandbox.run(child, started, keepEnv)).finally(stopKeeping);
    await endRun();
    if (isUploaded) await (await import("../acts/upload-runs.ts")).uploadEndedRun(started.runId, context);
    if (end.signal !== null) {
      context.close();
      await context.end();
      endLike(end);
    }
    return end.exitCode;
  } catch (error) {
    await endRun();
    throw error;
  }
}

/** Another user's daemon tells its own hub. */
function isSynced({ sync, daemonSocket }: RunArguments, { paths, world }: Context): boolean {
  return daemonSocket === undefined && (sync === true || loadSettings(paths, world.environment)["hub.auto_sync"]);
}

/** Of a run at another user's daemon, whose files this user cannot read. */
function ownPlace({ caPem }: RunStarted, { paths }: Context): ChildPlace | null {
  return caPem === undefined ? null : { directory: join(paths.state, "public"), isSandboxed: false };
}

/** A program that cannot be helped with variables would only show a puzzling failure of its own. */
async function warnOfKnownLimit(command: readonly string[], { out }: Context): Promise<void> {
  const { findKnownLimit } = await import("../../child/limits/known-limits.ts");
  const limit = findKnownLimit(command);
  if (limit !== null) out.warn(limit);
}

function checkArguments(args: RunArguments): void {
  const needsCommand = args.explain !== true && args.dryEnv !== true;
  if (needsCommand && args.command.length === 0) {
    throw new KeywardError("USAGE", "run needs a program to run", { hint: "keyward run -- COMMAND [ARGUMENT…]" });
  }
  if (args.dryEnv === true && args.command.length > 0) throw new KeywardError("USAGE", "--dry-env runs no program, so it takes none");
  if (args.dryEnv === true && args.explain === true) throw new KeywardError("USAGE", "--dry-env and --explain exclude each other");
  if (args.dryEnv !== true && (args.ttl !== undefined || args.format !== undefined))
    throw new KeywardError("USAGE", "--ttl and --format belong to --dry-env");
  checkIsolation(args);
  if (!(args.keepEnv ?? []).every((name) => ENV_NAME_PATTERN.test(name)))
    throw new KeywardError("USAGE", "--keep-env takes the name of a variable");
}

/** An option that would be left aside is refused: whoever gave it believes in it. */
function checkIsolation(args: RunArguments): void {
  if (args.bind !== undefined && args.sandbox !== true) throw new KeywardError("USAGE", "--bind belongs to --sandbox");
  if (args.dryEnv === true && args.sandbox === true)
    throw new KeywardError("USAGE", "--dry-env runs no program, so nothing can be put into a sandbox");
  if (args.sync === true && (args.dryEnv === true || args.explain === true || args.daemonSocket !== undefined))
    throw new KeywardError("USAGE", "--sync belongs to a run of one's own daemon that ends with its program");
  if (args.fromEnv !== undefined && args.daemonSocket !== undefined)
    throw new KeywardError("USAGE", "--from-env does not hand keys to another user's daemon");
  if (args.fromEnv !== undefined && args.dryEnv === true)
    throw new KeywardError("USAGE", "--from-env lives as long as a program, and --dry-env runs none");
  if (args.daemonSocket !== undefined && (args.dryEnv === true || args.explain === true))
    throw new KeywardError("USAGE", "the daemon behind --daemon-socket starts runs and answers nothing else");
}

/** Wrong words stay 2 and the program's own failures 126 and 127; everything else before the child is 125. */
function beforeChild(error: KeywardError): KeywardError {
  if ([2, 126, 127].includes(error.exitCode) || error.detail?.["signal"] !== undefined) return error;
  const { code, message, hint, detail } = error;
  return new KeywardError(code, message, { hint, detail: { ...detail, exitStatus: BEFORE_CHILD_STATUS }, cause: error.cause ?? error });
}
