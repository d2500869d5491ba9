// The value of one secret from where the command says: standard input, a variable, a file, an argument or a masked question.
// In: the flags. Out: the value without its last line end, never empty. Nothing of it is printed.
import { readNamedVariable } from "../../config/environment.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { readStdin, readTextFile } from "../input/read-text.ts";

export interface ValueFlags {
  readonly value?: string | undefined;
  readonly stdin?: boolean;
  readonly fromEnv?: string;
  readonly fromFile?: string;
}

/** Which sources were named. @throws USAGE for more than one */
export function valueSources(flags: ValueFlags): readonly string[] {
  const given = [
    flags.value !== undefined && "a value as an argument",
    flags.stdin === true && "--stdin",
    flags.fromEnv !== undefined && "--from-env",
    flags.fromFile !== undefined && "--from-file",
  ].filter((source) => source !== false);
  if (given.length > 1) throw new KeywardError("USAGE", `${given.join(" and ")} exclude each other`);
  return given;
}

/** @throws KEY_EMPTY, INPUT_UNREADABLE, INPUT_NEEDED */
export async function readSecretValue(name: string, flags: ValueFlags, context: Context): Promise<string> {
  valueSources(flags);
  const value = (await readSource(name, flags, context)).replace(/\r?\n$/, "");
  if (value !== "") return value;
  throw new KeywardError("KEY_EMPTY", "a secret has at least one character, so nothing was stored");
}

async function readSource(name: string, flags: ValueFlags, { ask, out, world }: Context): Promise<string> {
  if (flags.value !== undefined) {
    out.warn(
      "a value given as an argument is kept by the shell's history and seen by every process; use --stdin, --from-env or --from-file",
    );
    return flags.value;
  }
  if (flags.stdin === true) return readStdin(world.stdin);
  if (flags.fromFile !== undefined) return readTextFile(flags.fromFile, world.cwd).text;
  if (flags.fromEnv !== undefined) {
    const value = world.environment[flags.fromEnv] ?? readNamedVariable(flags.fromEnv);
    if (value !== undefined) return value;
    throw new KeywardError("INPUT_UNREADABLE", "the variable that --from-env names is not set", { hint: "set it, or use --stdin" });
  }
  return ask.secret({ label: `Value of ${name}`, instead: "--stdin, --from-env VAR or --from-file FILE", cancelled: "INPUT_NEEDED" });
}
