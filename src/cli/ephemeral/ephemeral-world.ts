// The world of a command whose profile ends with it: its daemon is its own, in a temporary home. In: the real world. Out: the same with
// other paths, and `end`, which waits until daemon and home are gone. Should the command be killed, the daemon notices and clears up.
import type { ChildProcess } from "node:child_process";
import type { Paths } from "../../config/paths.ts";
import { KeywardError } from "../../core/errors.ts";
import type { World } from "../context.ts";
import { makeTemporaryHome } from "./temporary-home.ts";

export interface EphemeralWorld {
  readonly world: World;
  readonly paths: Paths;
  readonly end: () => Promise<void>;
}

/** Longer than a daemon takes to let its requests end. */
const END_LIMIT_MS = 6_000;

/** What would be stored is lost at once, so it is not taken. */
const STORING: readonly string[] = [
  "login",
  "creds set",
  "creds import",
  "profile create",
  "profile restore",
  "profile rekey",
  "vault put",
  "vault push",
  "secrets set",
  "connection set",
  "auth login",
  "config set",
  "allow",
];

/** @throws USAGE for a command that is there to store something */
export function refuseStoring(command: string): void {
  if (!STORING.includes(command)) return;
  throw new KeywardError("USAGE", "KEYWARD_EPHEMERAL is set, so nothing can be stored", {
    hint: `unset KEYWARD_EPHEMERAL, or bind values for one run: keyward run --from-env NAME -- COMMAND`,
  });
}

export function openEphemeralWorld(world: World, usual: Paths): EphemeralWorld {
  const home = makeTemporaryHome(world.environment, usual);
  const daemons: ChildProcess[] = [];
  return {
    paths: home.paths,
    world: {
      // Getters stay getters: opening standard input changes it.
      get stdin() {
        return world.stdin;
      },
      stdout: world.stdout,
      stderr: world.stderr,
      environment: world.environment,
      cwd: world.cwd,
      nowMs: () => world.nowMs(),
      connect: (paths) => world.connect(paths, (daemon) => daemons.push(daemon)),
      find: (paths) => world.find(paths),
    },
    async end() {
      await Promise.all(daemons.map(endDaemon));
      home.remove();
    },
  };
}

/** The daemon stops when its line to this process is cut. */
async function endDaemon(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => daemon.once("exit", () => resolve()));
  daemon.ref();
  for (const stream of daemon.stdio) stream?.destroy();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, END_LIMIT_MS);
  });
  await Promise.race([exited, late]);
  clearTimeout(timer);
}
