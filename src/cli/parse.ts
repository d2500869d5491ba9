// From words to a command and its arguments. In: argv and the registry's names. Out: the name, then its parsed arguments.
// Everything it refuses is a usage error that names the nearest right spelling and never repeats a value: a value may be a key.
import { Command as Parser, CommanderError, InvalidArgumentError, Option } from "commander";
import { KeywardError } from "../core/errors.ts";
import type { Command, OptionSpec } from "./define.ts";
import { nearest } from "./text/suggest.ts";

export interface GlobalOptions {
  readonly json: boolean;
  readonly profile: string | undefined;
  readonly verbose: boolean;
  readonly colour: boolean;
}

export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: "--json", summary: "print one JSON object on stdout, and errors as JSON on stderr" },
  { flags: "--profile <name>", summary: "use this profile instead of the active one" },
  { flags: "--verbose", summary: "say more on stderr" },
  { flags: "--no-color", summary: "no colour" },
];

/** Where the words of argv lead. */
export type Route =
  | {
      readonly kind: "command";
      readonly name: string;
      readonly rest: readonly string[];
      /** The alias that was typed. */ readonly alias?: string;
    }
  /** Help for the program ("") or for a group ("provider"). */
  | { readonly kind: "help"; readonly name: string }
  | { readonly kind: "version" };

const GLOBAL_FLAGS = new Set(["--json", "--verbose", "--no-color"]);

/** Finds the command's name among the words and takes it out. @throws USAGE */
export function routeWords(argv: readonly string[], names: readonly string[], aliases: Readonly<Record<string, string>> = {}): Route {
  const rest: string[] = [];
  let prefix = "";
  let i = 0;
  for (; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (word === "--help" || word === "-h") return { kind: "help", name: prefix };
    if (prefix === "" && (word === "--version" || word === "-V")) return { kind: "version" };
    if (word === "--profile") rest.push(word, ...(i + 1 < argv.length ? [argv[++i] ?? ""] : []));
    else if (GLOBAL_FLAGS.has(word) || word.startsWith("--profile=")) rest.push(word);
    else if (word.startsWith("-")) throw unknownOption(word, [...GLOBAL_FLAGS, "--profile", "--help", "--version"]);
    else if (prefix === "" && word === "help")
      return {
        kind: "help",
        name: argv
          .slice(i + 1)
          .filter((next) => !next.startsWith("-"))
          .join(" "),
      };
    else {
      const name = prefix === "" ? word : `${prefix} ${word}`;
      if (names.includes(name)) return { kind: "command", name, rest: [...rest, ...argv.slice(i + 1)] };
      const meant = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
      if (meant !== undefined) return { kind: "command", name: meant, rest: [...rest, ...argv.slice(i + 1)], alias: name };
      const isGroup = [...names, ...Object.keys(aliases)].some((known) => known.startsWith(`${name} `));
      if (!isGroup) throw unknownCommand(prefix, word, names);
      prefix = name;
    }
  }
  return { kind: "help", name: prefix };
}

/** The words after the command's name → arguments and global options; null = help was asked for. @throws USAGE */
export function parseWords(command: Command, words: readonly string[]): { args: Record<string, unknown>; global: GlobalOptions } | null {
  const parser = buildParser(command);
  try {
    parser.parse([...words], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.code.startsWith("commander.help")) return null;
    throw error instanceof CommanderError ? usageError(command, error, { parser, words }) : error;
  }
  if (parser.args.length > (command.args?.length ?? 0) && !isVariadic(command)) {
    throw command.onExcess?.() ?? usage(command, "too many arguments");
  }
  const { json, profile, verbose, color, ...own } = parser.opts<Record<string, unknown>>();
  const positional = Object.fromEntries(
    (command.args ?? []).map((argument, at) => [camelCase(argument.name), parser.processedArgs[at] as unknown]),
  );
  return {
    args: { ...own, ...positional },
    global: { json: json === true, profile: profile as string | undefined, verbose: verbose === true, colour: color !== false },
  };
}

/** The parser of one command, also the source of its help. */
export function buildParser(command: Command): Parser {
  const parser = new Parser(`keyward ${command.name}`)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined, getOutHelpWidth: () => 100, getOutHasColors: () => false })
    .showSuggestionAfterError(false)
    .allowExcessArguments(true)
    .passThroughOptions(command.passThrough === true)
    .helpOption("-h, --help", "show this help")
    .description(command.summary)
    .action(() => undefined);
  if (command.passThrough === true) parser.usage(`[options] -- ${(command.args ?? []).map((argument) => argument.name).join(" ")}`);
  for (const argument of command.args ?? []) parser.argument(argument.name, argument.summary);
  for (const option of [...(command.options ?? []), ...GLOBAL_OPTIONS]) parser.addOption(buildOption(option));
  return parser;
}

function buildOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.summary);
  if (spec.choices !== undefined) option.choices([...spec.choices]);
  if (spec.repeat === true) {
    option.argParser((value: string, before: string[] | undefined) => {
      // An own parser takes the place of the one that looks at the choices.
      if (spec.choices?.includes(value) === false) throw new InvalidArgumentError("not one of the choices");
      return [...(before ?? []), value];
    });
  }
  return option;
}

/** `<key-file...>` → `keyFile` */
function camelCase(name: string): string {
  return name.replace(/[<>[\].]/g, "").replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function isVariadic(command: Command): boolean {
  return command.args?.at(-1)?.name.includes("...") === true;
}

function usageError(
  command: Command,
  error: CommanderError,
  { parser, words }: { readonly parser: Parser; readonly words: readonly string[] },
): KeywardError {
  if (error.code === "commander.unknownOption") {
    const word = /^error: unknown option '([\s\S]*)'$/.exec(error.message)?.[1] ?? "";
    return unknownOption(
      word,
      parser.options.flatMap((option) => option.long ?? []),
      command,
    );
  }
  if (error.code === "commander.missingArgument") {
    const missing = /'(.+)'/.exec(error.message)?.[1] ?? "";
    return usage(command, `${command.name} needs <${missing}>`);
  }
  if (error.code === "commander.optionMissingArgument") return usage(command, error.message.replace(/^error: /, ""));
  const option = parser.options.find(
    (candidate) => candidate.argChoices !== undefined && words.some((word) => word.startsWith(candidate.long ?? "\0")),
  );
  if (error.code === "commander.invalidArgument" && option !== undefined) {
    return usage(command, `${option.long} takes one of ${option.argChoices?.join(", ")}`);
  }
  return usage(command, "the command line is wrong");
}

function usage(command: Command, message: string): KeywardError {
  return new KeywardError("USAGE", message, { hint: `keyward ${command.name} --help` });
}

function unknownOption(word: string, known: readonly string[], command?: Command): KeywardError {
  const flag = word.split("=")[0] ?? "";
  // Anything longer or stranger than an option may be a key pasted in the wrong place.
  const shown = /^--?[a-z][a-z-]{0,24}$/.test(flag) ? ` '${flag}'` : "";
  const near = nearest(flag, known);
  const help = command === undefined ? "keyward --help; options of a command come after its name" : `keyward ${command.name} --help`;
  return new KeywardError("USAGE", `unknown option${shown}`, { hint: near === null ? help : `did you mean ${near}?` });
}

function unknownCommand(prefix: string, word: string, names: readonly string[]): KeywardError {
  const candidates = prefix === "" ? [...new Set(names.map((name) => name.split(" ")[0] ?? ""))] : childrenOf(prefix, names);
  const shown = /^[a-z][a-z-]{0,24}$/.test(word) ? ` '${prefix === "" ? "" : `${prefix} `}${word}'` : "";
  const near = nearest(word, candidates);
  const group = prefix === "" ? "" : ` ${prefix}`;
  return new KeywardError("USAGE", `unknown command${shown}`, {
    hint: near === null ? `keyward${group} --help` : `did you mean keyward${group} ${near}?`,
  });
}

function childrenOf(prefix: string, names: readonly string[]): string[] {
  return names.filter((name) => name.startsWith(`${prefix} `)).map((name) => name.slice(prefix.length + 1));
}
