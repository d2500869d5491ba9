// One command line from words to exit status: route, parse, run, report. The only place that turns an error into a status.
// In: argv without node and script, and the world. Out: the status. It never ends the process itself.
import { constants } from "node:os";
import { packageVersion } from "../control/version.ts";
import { KeywardError, toKeywardError } from "../core/errors.ts";
import { helpName, NEED_A_DAEMON } from "./aliases.ts";
import { createOutput, type World } from "./context.ts";
import { openContext } from "./ephemeral/open-context.ts";
import { type GlobalOptions, parseWords, type Route, routeWords } from "./parse.ts";
import { checkOutputMode } from "./show/output-mode.ts";
import { ALIASES, COMMAND_NAMES, loadCommand } from "./registry.ts";

const USAGE_STATUS = 2;

export async function runCli(argv: readonly string[], world: World): Promise<number> {
  let global = guessGlobal(argv);
  let name = "";
  try {
    checkOutputMode(world.environment);
    const route = routeWords(argv, COMMAND_NAMES, ALIASES);
    if (route.kind !== "command") return await answer(route, world, global);
    name = route.name;
    const command = await loadCommand(name);
    const parsed = parseWords(command, route.rest);
    if (parsed === null) return await answer({ kind: "help", name: command.name }, world, global);
    global = parsed.global;
    if (route.alias !== undefined) createOutput(world, global).tell(`hint: keyward ${route.alias} is now keyward ${route.name}`);
    const startsNone = route.alias !== undefined && NEED_A_DAEMON.includes(route.alias);
    const context = openContext(route.name, { world: startsNone ? withoutStart(world) : world, global, args: parsed.args });
    try {
      return (await command.run(parsed.args, context)) ?? 0;
    } finally {
      context.close();
      await context.end();
    }
  } catch (thrown) {
    const error = withNextStep(toKeywardError(thrown), name);
    createOutput(world, global).error(error);
    return exitStatus(error);
  }
}

/** For a command that is given where a daemon is meant to run already. */
function withoutStart(world: World): World {
  const connect: World["connect"] = async (paths) => {
    const control = await world.find(paths);
    if (control !== null) return control;
    throw new KeywardError("DAEMON_UNREACHABLE", "no daemon runs here, and this command does not start one", {
      hint: "keyward daemon start",
    });
  };
  return { ...world, connect };
}

/** What was typed wrong, and nobody knows better, the command's help says how to type. */
function withNextStep(error: KeywardError, name: string): KeywardError {
  const { code, message, hint, detail, cause } = error;
  if (hint !== undefined || error.exitCode !== USAGE_STATUS) return error;
  return new KeywardError(code, message, { hint: `keyward ${name === "" ? "" : `${name} `}--help`, detail, cause });
}

function exitStatus(error: KeywardError): number {
  // Ended by Ctrl-C (130) or another signal: counted as a shell counts it.
  const number = constants.signals[error.detail?.["signal"] as NodeJS.Signals];
  if (number !== undefined) return 128 + number;
  const own = error.detail?.["exitStatus"];
  return typeof own === "number" ? own : error.exitCode;
}

async function answer(route: Exclude<Route, { kind: "command" }>, world: World, global: GlobalOptions): Promise<number> {
  const out = createOutput(world, global);
  if (route.kind === "version") {
    out.line(packageVersion());
    out.object({ version: packageVersion() });
    return 0;
  }
  const { helpText } = await import("./help.ts");
  out.raw(await helpText(helpName(route.name)));
  return 0;
}

/** Before the words are understood: enough to print an error about them the way that was asked for. */
function guessGlobal(argv: readonly string[]): GlobalOptions {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  return { json: own.includes("--json"), profile: undefined, verbose: own.includes("--verbose"), colour: !own.includes("--no-color") };
}
