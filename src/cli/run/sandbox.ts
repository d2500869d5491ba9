// `run --sandbox`: what must be there is looked at before a run begins, so that a sandbox that cannot be had starts nothing.
// In: the options, the context. Out: how to run a program in it, or SANDBOX_UNAVAILABLE with the next command. It never runs one without.
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { SandboxFacts } from "../../child/sandbox/mounts.ts";
import type { ChildCommand, ChildEnd } from "../../child/spawn-child.ts";
import { ensurePrivateDirectory } from "../../config/home.ts";
import type { RunStarted } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import type { ChildPlace } from "./child-environment.ts";
import type { RunArguments } from "./request.ts";

export interface PreparedSandbox {
  readonly place: ChildPlace;
  /** For the line that says how the program is kept. */
  readonly description: string;
  /** @throws SANDBOX_UNAVAILABLE, COMMAND_NOT_FOUND, COMMAND_NOT_EXECUTABLE */
  run(command: ChildCommand, started: RunStarted, keepEnv: readonly string[]): Promise<ChildEnd>;
}

/** Not from PATH first: the project must not be able to bring a bwrap of its own. */
const BUBBLEWRAP_PLACES = ["/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap"];
const RESOLVER_TEXT = `# Names are answered inside of the sandbox, by addresses of its own loopback. keyward's proxy knows the real ones.
nameserver 127.0.0.1
options timeout:1 attempts:1
`;

/** @throws SANDBOX_UNAVAILABLE, USAGE */
export async function prepareSandbox(
  { bind = [], daemonSocket }: Pick<RunArguments, "bind" | "daemonSocket">,
  context: Context,
): Promise<PreparedSandbox> {
  const directory = join(context.paths.state, "public");
  const sources = { environment: context.world.environment, cwd: resolve(context.world.cwd), keywardHome: context.paths.home };
  const { parseBind, readFacts } = await import("../../child/sandbox/facts.ts");
  (await import("../../child/sandbox/launch/refuse-directories.ts")).refuseDirectories();
  const shown = bind.map((text) => parseBind(text, sources));
  const gather = (proxySocket: string): ReturnType<typeof readFacts> =>
    readFacts({
      ...sources,
      controlSocket: context.paths.controlSocket,
      publicDirectory: directory,
      proxySocket,
      binds: shown,
      daemonSocket,
    });
  const { project } = gather("");
  const description = `sandboxed, ${[project, ...shown.filter(({ readOnly }) => !readOnly).map(({ path }) => path)].join(", ")} writable`;
  const place = { directory, isSandboxed: true };
  if (process.platform === "linux") {
    const program = findBubblewrap(sources.environment["PATH"] ?? "", project);
    if (program === null) throw (await import("../../child/sandbox/explain-failure.ts")).bubblewrapMissing();
    return { place, description, run: (command, started, keepEnv) => runOnLinux({ command, started, keepEnv, program, gather }, context) };
  }
  if (process.platform !== "darwin") throw new KeywardError("SANDBOX_UNAVAILABLE", "there is no sandbox on this system yet");
  return { place, description, run: (command, started, keepEnv) => runOnMac({ command, started, keepEnv, facts: gather("") }) };
}

interface LinuxRun {
  readonly command: ChildCommand;
  readonly started: RunStarted;
  readonly keepEnv: readonly string[];
  readonly program: string;
  readonly gather: (proxySocket: string) => SandboxFacts;
}

async function runOnLinux({ command, started, keepEnv, program, gather }: LinuxRun, { paths }: Context): Promise<ChildEnd> {
  const [{ startRelay, relaySocketPath }, { planMounts }, { runSandboxed }, { sandboxEnvironment }, { writeIfChanged }] = await Promise.all(
    [
      import("../../child/sandbox/relay.ts"),
      import("../../child/sandbox/mounts.ts"),
      import("../../child/sandbox/run-sandboxed.ts"),
      import("../../child/sandbox/sandbox-environment.ts"),
      import("../../child/write-once.ts"),
    ],
  );
  ensurePrivateDirectory(dirname(paths.controlSocket));
  const socketPath = relaySocketPath(dirname(paths.controlSocket));
  const facts = gather(socketPath);
  if (facts.resolver !== null) writeIfChanged(facts.resolver.source, RESOLVER_TEXT);
  const authorization = `Basic ${Buffer.from(`${started.runId}:${started.token}`).toString("base64")}`;
  const relay = await startRelay({ socketPath, proxyPort: started.proxyPort, authorization });
  try {
    const sandbox = { program, mounts: planMounts(facts), proxyPort: started.proxyPort };
    return await runSandboxed({ ...command, env: sandboxEnvironment(command.env, keepEnv) }, sandbox);
  } finally {
    relay.close();
  }
}

interface MacRun {
  readonly command: ChildCommand;
  readonly started: RunStarted;
  readonly keepEnv: readonly string[];
  readonly facts: SandboxFacts;
}

async function runOnMac({ command, started, keepEnv, facts }: MacRun): Promise<ChildEnd> {
  const { seatbeltProfile } = await import("../../child/sandbox/seatbelt.ts");
  const { sandboxEnvironment } = await import("../../child/sandbox/sandbox-environment.ts");
  const { findCommand } = await import("../../child/find-command.ts");
  const { runChild } = await import("../../child/spawn-child.ts");
  const env = sandboxEnvironment(command.env, keepEnv);
  const profile = seatbeltProfile({ ...facts, temporaryDirectory: env["TMPDIR"] ?? "/private/tmp", proxyPort: started.proxyPort });
  const file = findCommand(command.command, { env, cwd: command.cwd });
  return runChild({ ...command, command: "/usr/bin/sandbox-exec", args: ["-p", profile, file, ...command.args], env });
}

function findBubblewrap(searchPath: string, project: string): string | null {
  const named = searchPath.split(":").filter((directory) => isAbsolute(directory) && !`${directory}/`.startsWith(`${project}/`));
  return [...BUBBLEWRAP_PLACES, ...named.map((directory) => join(directory, "bwrap"))].find((path) => existsSync(path)) ?? null;
}
