// A command as data: its name, words, options and the one function that does it. Help, parsing and docs read the same record.
// In: a specification. Out: the same, typed for its own arguments and stored without them. It runs nothing.
import type { KeywardError } from "../core/errors.ts";
import type { Context } from "./context.ts";

export interface ArgumentSpec {
  /** `<provider>`, `[provider]`, `<file...>`. */
  readonly name: string;
  readonly summary: string;
}

export interface OptionSpec {
  /** As commander writes it: `--connection <name>`, `--force`, `--no-browser`. */
  readonly flags: string;
  readonly summary: string;
  /** May be given several times; the value is an array. */
  readonly repeat?: boolean;
  readonly choices?: readonly string[];
}

export interface Example {
  readonly command: string;
  readonly does: string;
}

export interface CommandSpec<A> {
  /** `login`, `provider list`. */
  readonly name: string;
  readonly summary: string;
  /** Paragraphs after the summary in help and docs. */
  readonly details?: string;
  readonly args?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  readonly examples: readonly [Example, Example, ...Example[]];
  /** Options after the first argument belong to the program that is run. */
  readonly passThrough?: boolean;
  /** What to say when there are more arguments than declared; the arguments themselves are not looked at. */
  readonly onExcess?: () => KeywardError;
  /** Returns the exit status; nothing = 0. */
  run(args: A, context: Context): Promise<number | undefined | void>;
}

/** What the registry holds: arguments by camel-case name, still unknown. */
export type Command = CommandSpec<Readonly<Record<string, unknown>>>;

/** `A` names the arguments and options by camel-case name; parse.ts fills exactly those. */
export function define<A>(spec: CommandSpec<A>): Command {
  return spec as unknown as Command;
}
