// Manual pages from the same records that parse. In: loaded commands. Out: file name → page in man(7) macros, one for the program and one
// for each first word. test/unit/cli/man holds man/ equal to them; scripts/man.mjs writes it.
import { VARIABLES } from "../../config/environment.ts";
import type { Command } from "../define.ts";
import { buildParser, GLOBAL_OPTIONS } from "../parse.ts";

const STATUSES = [
  "0 done, 1 failure, 2 wrong command line or input, 3 login required or expired, 4 a person is needed, 5 conflict,",
  "6 not reachable now, 7 credentials missing, 8 denied, 70 a bug. run ends as its program does; 125 when keyward failed before it.",
].join(" ");

export function renderManPages(commands: readonly Command[], groups: Readonly<Record<string, string>>): Record<string, string> {
  const words = [...new Set(commands.map(({ name }) => name.split(" ")[0] ?? ""))];
  const pages = words.map((word) => {
    const own = commands.filter(({ name }) => name === word || name.startsWith(`${word} `));
    return [`keyward-${word}.1`, commandPage(word, own, groups[word] ?? own[0]?.summary ?? "")] as const;
  });
  return { "keyward.1": programPage(commands, words, groups), ...Object.fromEntries(pages) };
}

function programPage(commands: readonly Command[], words: readonly string[], groups: Readonly<Record<string, string>>): string {
  const about = (word: string): string => groups[word] ?? commands.find(({ name }) => name === word)?.summary ?? "";
  return page("keyward", "run programs against real APIs without handing them real keys", [
    section("SYNOPSIS", `.B keyward\n.RI [ options ]\n.I command\n.RI [ arguments ]`),
    section(
      "DESCRIPTION",
      text(
        "keyward starts a program with worthless placeholders in place of its keys and routes its traffic through a proxy on this machine, which puts the real key into requests to the hosts of its provider only.",
      ),
    ),
    section("COMMANDS", words.map((word) => item(`keyward-${word}(1)`, about(word))).join("\n")),
    section("OPTIONS", GLOBAL_OPTIONS.map(({ flags, summary }) => item(flags, summary)).join("\n")),
    section("EXIT STATUS", text(STATUSES)),
    section(
      "ENVIRONMENT",
      Object.entries(VARIABLES)
        .map(([name, meaning]) => item(name, meaning))
        .join("\n"),
    ),
    section("SEE ALSO", words.map((word) => `.BR keyward-${word} (1)`).join(",\n")),
  ]);
}

function commandPage(word: string, commands: readonly Command[], summary: string): string {
  return page(`keyward-${word}`, summary, [
    section("SYNOPSIS", commands.map(synopsis).join("\n.br\n")),
    ...commands.map((command) => section(commands.length === 1 ? "DESCRIPTION" : `keyward ${command.name}`, description(command))),
    section("EXAMPLES", commands.flatMap(({ examples }) => examples.map(({ command, does }) => item(command, does))).join("\n")),
    section("EXIT STATUS", text(STATUSES)),
    section("SEE ALSO", ".BR keyward (1)"),
  ]);
}

function synopsis(command: Command): string {
  return `.B ${escape(`keyward ${command.name}`)}\n${text(buildParser(command).usage())}`;
}

function description({ summary, details, args = [], options = [] }: Command): string {
  const parts = [text(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)];
  if (details !== undefined) parts.push(`.PP\n.nf\n${text(details)}\n.fi`);
  parts.push(...args.map(({ name, summary: means }) => item(name, means)));
  parts.push(
    ...options.map(({ flags, summary: means, choices }) => item(flags, choices === undefined ? means : `${means} (${choices.join(", ")})`)),
  );
  return parts.join("\n");
}

function page(name: string, summary: string, sections: readonly string[]): string {
  const title = `.TH ${escape(name.toUpperCase())} 1 "" "keyward" "keyward"`;
  return `.\\" Written from the commands by scripts/man.mjs; changes here are lost.\n${title}\n.SH NAME\n${escape(name)} \\- ${text(summary)}\n${sections.join("\n")}\n`;
}

function section(title: string, body: string): string {
  return `.SH "${escape(title)}"\n${body}`;
}

function item(term: string, meaning: string): string {
  return `.TP\n.B "${escape(term).replaceAll('"', "\\(dq")}"\n${text(meaning)}`;
}

/** A line that begins with a dot or a quote would be a request to the formatter. */
function text(content: string): string {
  return content
    .split("\n")
    .map((line) => escape(line).replace(/^(?=[.'])/, "\\&"))
    .join("\n");
}

/** In ASCII, for a terminal of any locale. */
function escape(content: string): string {
  return content.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("…", "...");
}
