// The commands as a shell completes them. In: the loaded commands. Out: for each its options and arguments, and what may stand there.
// The three scripts (bash.ts, zsh.ts, fish.ts) are written from this and nothing else.
import { SETTING_KEYS } from "../../config/settings.ts";
import type { ArgumentSpec, Command, OptionSpec } from "../define.ts";
import { GLOBAL_OPTIONS } from "../parse.ts";

/** What may be typed: fixed words, names that are looked up, files, or anything. */
export type Values =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "providers" | "connections" | "references" | "profiles" | "files" | "commands" | "anything" };

export interface CompletedOption {
  /** `--provider` */
  readonly flag: string;
  readonly summary: string;
  /** null = it takes no value. */
  readonly values: Values | null;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  readonly args: readonly Values[];
}

export interface CompletionModel {
  readonly commands: readonly CompletedCommand[];
  /** Group → what it is about. */
  readonly groups: Readonly<Record<string, string>>;
  readonly globals: readonly CompletedOption[];
  /** Ids for when no daemon answers. */
  readonly providers: readonly string[];
}

export function completionModel(
  commands: readonly Command[],
  groups: Readonly<Record<string, string>>,
  providers: readonly string[],
): CompletionModel {
  const globals = [...GLOBAL_OPTIONS, { flags: "--help", summary: "show help" }].map((option) => completedOption(option, ""));
  return {
    commands: commands.map(({ name, summary, options = [], args = [] }) => {
      return {
        name,
        summary,
        options: options.map((option) => completedOption(option, name)),
        args: args.map((arg) => argumentValues(arg, name)),
      };
    }),
    groups,
    globals,
    providers,
  };
}

function completedOption({ flags, summary, choices }: OptionSpec, command: string): CompletedOption {
  const flag = /--[a-z][a-z-]*/.exec(flags)?.[0] ?? flags;
  const value = /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1];
  if (value === undefined) return { flag, summary, values: null };
  if (choices !== undefined) return { flag, summary, values: { kind: "words", words: choices } };
  return { flag, summary, values: { kind: kindOf(flag === "--connection" && value === "name" ? "connection" : value, command) } };
}

function argumentValues({ name }: ArgumentSpec, command: string): Values {
  const bare = name.replace(/[<>[\].]/g, "");
  if (command.startsWith("config ") && bare === "key") return { kind: "words", words: SETTING_KEYS };
  if (command === "completion") return { kind: "words", words: ["bash", "zsh", "fish"] };
  return { kind: kindOf(bare, command) };
}

function kindOf(name: string, command: string): Exclude<Values["kind"], "words"> {
  if (name === "command") return "commands";
  if (name === "provider" || (name === "id" && command !== "runs end")) return "providers";
  if (name === "provider=name") return "references";
  if (name === "connection") return "connections";
  if (name === "profile" || (name === "name" && command.startsWith("profile "))) return "profiles";
  return /file|path|directory/.test(name) ? "files" : "anything";
}
