// Help from the same records that parse. In: a name ("" = the program, "provider" = a group). Out: text for stdout.
// It prints nothing itself.
import { KeywardError } from "../core/errors.ts";
import { nearest } from "./text/suggest.ts";
import type { Command, Example } from "./define.ts";
import { buildParser, GLOBAL_OPTIONS } from "./parse.ts";
import { ALIASES, COMMAND_NAMES, GROUPS, loadCommand } from "./registry.ts";

const START = `keyward runs programs against real APIs without handing them real keys.

Start here:
  keyward login openai           store a key: a form opens in the browser
  keyward run -- node agent.js   run a program with a worthless placeholder in its place
  keyward list                   see what is connected

`;

/** @throws USAGE when nothing has this name */
export async function helpText(name: string): Promise<string> {
  if (name === "") return programHelp();
  if (Object.hasOwn(GROUPS, name)) return groupHelp(name);
  const meant = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
  if (COMMAND_NAMES.includes(meant)) return commandHelp(await loadCommand(meant));
  const near = nearest(name, [...COMMAND_NAMES, ...Object.keys(GROUPS)]);
  throw new KeywardError("USAGE", "no command has this name", { hint: near === null ? "keyward --help" : `did you mean keyward ${near}?` });
}

export function commandHelp(command: Command): string {
  const parts = [buildParser(command).helpInformation().trimEnd()];
  if (command.details !== undefined) parts.push(wrap(command.details));
  parts.push(["Examples:", ...exampleLines(command.examples)].join("\n"));
  return `${parts.join("\n\n")}\n`;
}

async function programHelp(): Promise<string> {
  const single = COMMAND_NAMES.filter((name) => !name.includes(" "));
  const summaries = await Promise.all(single.map(async (name) => [name, (await loadCommand(name)).summary] as const));
  const groups = Object.entries(GROUPS).map(([name, summary]) => [name, `${summary}: ${verbsOf(name).join(", ")}`] as const);
  return [
    `${START}Usage: keyward [options] <command>\n`,
    section("Commands", summaries),
    section("Groups", groups),
    section("Options, on every command", [
      ...GLOBAL_OPTIONS.map((option) => [option.flags, option.summary] as const),
      ["-h, --help", "show help, also as: keyward help <command>"],
      ["-V, --version", "show the version"],
    ]),
  ].join("\n");
}

async function groupHelp(group: string): Promise<string> {
  const commands = await Promise.all(verbsOf(group).map(async (verb) => [verb, (await loadCommand(`${group} ${verb}`)).summary] as const));
  return `Usage: keyward ${group} <command>\n\n${GROUPS[group]}\n\n${section("Commands", commands)}\nMore: keyward ${group} <command> --help\n`;
}

function verbsOf(group: string): string[] {
  return COMMAND_NAMES.filter((name) => name.startsWith(`${group} `)).map((name) => name.slice(group.length + 1));
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return `${title}:\n${rows.map(([name, summary]) => `  ${name.padEnd(width)}${summary}\n`).join("")}`;
}

const MAX_COLUMNS = 120;

/** Lines that are too long are broken between words; those that are not stay as they were written. */
function wrap(text: string): string {
  return text.split("\n").flatMap(breakLine).join("\n");
}

function breakLine(line: string): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    if (current !== "" && current.length + 1 + word.length > MAX_COLUMNS) {
      lines.push(current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

/** Side by side where all fit, else what each does stands below it. */
function exampleLines(examples: readonly Example[]): string[] {
  const width = Math.max(...examples.map(({ command }) => command.length)) + 2;
  const fits = examples.every(({ does }) => width + 2 + does.length <= MAX_COLUMNS);
  return examples.flatMap(({ command, does }) => (fits ? [`  ${command.padEnd(width)}${does}`] : [`  ${command}`, `      ${does}`]));
}
