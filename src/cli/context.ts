// What a command gets beside its arguments: the writer, the asker, the daemon, the clock. Made once per process by run-cli.ts.
// In: the world (streams, environment, how to reach a daemon). Out: a Context that connects when the first call is made.
// A locked profile is unlocked on the way when there is a person to ask.
import type { Environment } from "../config/environment.ts";
import { readVariable } from "../config/environment.ts";
import type { ChildProcess } from "node:child_process";
import { type Paths, resolvePaths } from "../config/paths.ts";
import type { MethodName, Params, Result } from "../control/protocol.ts";
import { KeywardError } from "../core/errors.ts";
import { checkName } from "../core/names.ts";
import { Output, type Sink } from "./output.ts";
import type { GlobalOptions } from "./parse.ts";
import { Prompt, type Source } from "./prompt.ts";
import { callAgain } from "./reach/call-again.ts";
import { outputMode } from "./show/output-mode.ts";

/** The command's end of the control socket, as `ControlClient` is. */
export interface Control {
  call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>>;
  close(): void;
  readonly closed: Promise<void>;
  /** Something the user should know about this daemon, or null. */
  readonly notice: string | null;
}

/** Everything outside the process's own memory that a command may touch. */
export interface World {
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly environment: Environment;
  readonly cwd: string;
  nowMs(): number;
  /** Connects, starting the daemon when there is none; with `onTemporary` one that ends with this process, and is handed over. */
  connect(paths: Paths, onTemporary?: (daemon: ChildProcess) => void): Promise<Control>;
  /** Connects to a daemon that is there, else null. */
  find(paths: Paths): Promise<Control | null>;
}

export interface Context {
  readonly out: Output;
  readonly ask: Prompt;
  readonly world: World;
  readonly paths: Paths;
  /** The home ends with the command. */
  readonly isHomeTemporary: boolean;
  readonly verbose: boolean;
  /** The profile asked for, null = the active one. */
  readonly profile: string | null;
  /** One call to the daemon, which is started when it is not there, and again when it ended before it took the call. */
  readonly call: <M extends MethodName>(method: M, params: Params<M>) => Promise<Result<M>>;
  /** The connection `call` uses, for a command that must notice when it ends. */
  control(): Promise<Control>;
  /** A further connection, after the first one ended. */
  connect(): Promise<Control>;
  close(): void;
  /** Ends what ends with the command: a temporary home and its daemon. */
  end(): Promise<void>;
}

/** Of a command with a home of its own. */
export interface OwnHome {
  readonly paths: Paths;
  readonly end: () => Promise<void>;
}

/** The profile these speak of may be another than the one asked for. */
const NAMES_ITS_PROFILE = /^profile\.|^backup\.restore$/;

/** @throws NAME_INVALID for the profile */
export function createContext(world: World, global: GlobalOptions, own: OwnHome | null = null): Context {
  const out = createOutput(world, global);
  // Who reads JSON answers no question.
  const ask = new Prompt(world, out.json || outputMode(world.environment) === "agent");
  const asked = global.profile ?? (own === null ? readVariable("KEYWARD_PROFILE", world.environment) : undefined);
  const profile = asked === undefined ? null : checkName("profile", asked);
  const paths = own?.paths ?? resolvePaths(world.environment);
  let shared: Promise<Control> | null = null;
  let ended = false;

  const connect = async (): Promise<Control> => {
    const fresh = await world.connect(paths);
    if (fresh.notice !== null) out.note(fresh.notice);
    return fresh;
  };
  const control = (): Promise<Control> => (shared ??= connect());
  const forget = (held: Promise<Control>): void => {
    if (shared === held) shared = null;
  };
  const callOnce = <M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> =>
    callAgain({ method, params, control, forget });
  const call = async <M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> => {
    try {
      return await callOnce(method, params);
    } catch (error) {
      if (!(error instanceof KeywardError && error.code === "PROFILE_LOCKED" && ask.canAsk && !NAMES_ITS_PROFILE.test(method))) throw error;
      await unlock(ask, profile, callOnce);
      return await callOnce(method, params);
    }
  };
  return {
    out,
    ask,
    world,
    paths,
    isHomeTemporary: own !== null,
    verbose: global.verbose,
    profile,
    call,
    control,
    connect,
    close: () => {
      if (ended) return;
      ended = true;
      shared?.then((held) => held.close()).catch(() => undefined);
    },
    end: async () => own?.end(),
  };
}

export function createOutput(world: World, global: GlobalOptions): Output {
  const { stdout, stderr, environment } = world;
  const mode = outputMode(environment);
  const json = global.json || mode === "json";
  return new Output({ stdout, stderr, environment, json, verbose: global.verbose, colour: global.colour, mode: mode ?? "human" });
}

async function unlock(ask: Prompt, profile: string | null, call: Context["call"]): Promise<void> {
  const passphrase = await ask.secret({
    label: profile === null ? "Passphrase of the profile" : `Passphrase of profile ${profile}`,
    instead: "the passphrase to: keyward profile unlock --passphrase-stdin",
    cancelled: "PROFILE_LOCKED",
  });
  await call("profile.unlock", { profile, passphrase });
}
