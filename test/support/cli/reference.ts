// Writes docs/cli.md from what the command line itself reads: commands, variables, settings, statuses.
// In: the loaded commands. Out: markdown. registry-doc.test.ts holds the file equal to it.
import { GLOBAL_OPTIONS } from "../../../src/cli/parse.ts";
import type { Command } from "../../../src/cli/define.ts";
import { buildParser } from "../../../src/cli/parse.ts";
import { VARIABLES } from "../../../src/config/environment.ts";
import { SETTING_KEYS, SETTINGS } from "../../../src/config/settings.ts";

const STATUSES: readonly (readonly [string, string])[] = [
  ["0", "done"],
  ["1", "failure"],
  ["2", "wrong command line or bad input"],
  ["3", "a login is required or has expired"],
  ["4", "a yes, a value or a passphrase from a person is needed; the hint names the option to pass instead"],
  ["5", "conflict: it is already there, or two things claim one name"],
  ["6", "upstream or daemon unreachable; try again"],
  ["7", "credentials missing"],
  ["8", "denied"],
  ["70", "a bug in keyward; it prints where"],
  ["128+n", "ended by signal n: 130 after Ctrl-C"],
];

const RUN_STATUSES = `\`keyward run\` ends as its program ends: with its status, or by the same signal (128+n in a shell). When keyward fails before
the program lives it ends with 125 (wrong words stay 2); 126 means that the program cannot be executed, 127 that it was not found.`;

const OUTPUT = `Results go to stdout and everything else to stderr, so a pipe only ever gets data. With \`--json\` a command prints one object on
stdout, and every line on stderr is an object too: \`{"error":{"code","message","hint","next_steps":[{"command"}]}}\`, \`{"warning":{"message"}}\` or
\`{"notice":{"message"}}\`. The codes are listed in [errors.md](errors.md). Times are ISO 8601 in UTC; keys are snake_case.
Colour is used on a terminal only, and not with \`NO_COLOR\`, \`TERM=dumb\` or \`--no-color\`. Control characters in data are removed
before they reach a terminal; only revealed values and exports are printed byte for byte.

\`KEYWARD_OUTPUT=json\` does the same without the option; \`agent\` keeps text on stdout and makes stderr JSON; \`quiet\` leaves notices out.

Nothing is asked and no browser is opened without a terminal, or with \`CI\`, \`GITHUB_ACTIONS\` or \`KEYWARD_CI=1\`: the command then
ends with 4 and says what to pass.`;

const PROJECT_FILE = `\`keyward.json\` is found from the current directory up to the root of the repository (the directory that holds \`.git\`); outside
of a repository only in the current directory. It is committed and holds no secret; \`keyward init\` writes one. Its rules are a layer of
their own: a request must be permitted by the command line and by the file, so the file only narrows. Unknown and repeated keys are refused.

A file with \`providers\`, \`connections\` or \`env\` says what to bind, so it counts only once it was read and allowed: \`keyward allow\`. The
permission is for this content at this path and is kept in keyward's home; \`keyward allow --revoke\` takes it back. Until then \`run\` binds nothing and
ends with 125 (\`PROJECT_NOT_ALLOWED\`), unless the command line says itself what to bind (\`--provider\`, \`--connection\`, \`--from-env\`): then the file's
rules and \`providers\` narrow, and its \`connections\` and \`env\` do not count. A file with rules alone needs no permission.

\`\`\`json
{
  "providers": ["openai", "github"],
  "connections": { "openai": "team" },
  "env": { "MY_LLM_KEY": "openai" },
  "deny": ["*.internal.example"],
  "deny_unmatched": true,
  "allow": ["pypi.org", "files.pythonhosted.org"],
  "rules": ["github:GET,HEAD /repos/**", "openai:POST /v1/chat/completions"]
}
\`\`\`

| key | meaning |
| --- | --- |
| \`providers\` | bind only these, as with \`--provider\`; \`--provider\` on the command line replaces the list |
| \`connections\` | which connection of a provider, as with \`--connection\`; a name typed on the command line goes before it |
| \`env\` | further variables of the program: each gets the placeholder of \`provider\` or \`provider.field\`; or a text with \`\${vault:NAME}\`, which is the stored value itself. Names that shells and loaders read are refused |
| \`deny\` | hosts refused, bound or not |
| \`deny_unmatched\` | refuse every host that is neither bound nor allowed |
| \`allow\` | hosts that \`deny_unmatched\` of this file lets through |
| \`rules\` | \`PROVIDER:METHODS /PATH\`; once a provider has a rule, only requests that fit one of its rules pass. \`*\` within a segment, \`**\` over segments |

A host is a name (\`api.example.com\`), \`*.example.com\` (exactly one label more) or \`**.example.com\` (one or more).`;

export function renderReference(commands: readonly Command[]): string {
  return [
    "# The command line",
    "Held equal to the commands by a test: `npx vitest run --config test/vitest.config.ts --project unit test/unit/cli/registry-doc.test.ts -u` writes it anew.",
    "`keyward --help` shows the commands, `keyward COMMAND --help` one of them.",
    list(
      "Commands",
      commands.map((command) => `[keyward ${command.name}](#keyward-${command.name.replaceAll(" ", "-")}): ${command.summary}`),
    ),
    `## Output\n\n${OUTPUT}`,
    `## Exit status\n\n${table(["status", "meaning"], STATUSES)}\n\n${RUN_STATUSES}`,
    `## Options of every command\n\n${table(["option", "meaning"], [...GLOBAL_OPTIONS.map(({ flags, summary }) => [code(flags), summary] as const), [code("-h, --help"), "show help"]])}\n\n\`keyward --version\` prints the version.`,
    ...commands.map(renderCommand),
    `## keyward.json\n\n${PROJECT_FILE}`,
    `## Settings\n\nStored in \`config.json\` in keyward's home; see \`keyward config\`.\n\n${table(["key", "default", "meaning", "variable"], SETTING_KEYS.map(settingRow))}`,
    `## Environment variables\n\n${table(
      ["variable", "meaning"],
      Object.entries(VARIABLES).map(([name, meaning]) => [code(name), meaning] as const),
    )}`,
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

function renderCommand(command: Command): string {
  const usage = `${buildParser(command).name()} ${buildParser(command).usage()}`;
  const options = (command.options ?? []).map(
    ({ flags, summary, choices }) => [code(flags), choices === undefined ? summary : `${summary} (${choices.join(", ")})`] as const,
  );
  const args = (command.args ?? []).map(({ name, summary }) => [code(name), summary] as const);
  return [
    `## keyward ${command.name}`,
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    `\`\`\`text\n${usage}\n\`\`\``,
    ...(command.details === undefined ? [] : [details(command.details)]),
    ...(args.length + options.length === 0 ? [] : [table(["argument or option", "meaning"], [...args, ...options])]),
    `\`\`\`sh\n${command.examples.map(({ command: line, does }) => `${line}   # ${does}`).join("\n")}\n\`\`\``,
  ].join("\n\n");
}

/** Indented lines are a list in the terminal and stay one here. */
function details(text: string): string {
  return text.includes("\n  ") ? `\`\`\`text\n${text}\n\`\`\`` : text;
}

function settingRow(key: (typeof SETTING_KEYS)[number]): readonly string[] {
  const { fallback, doc, variable } = SETTINGS[key];
  const shown = fallback === null || (Array.isArray(fallback) && fallback.length === 0) ? "none" : code(String(fallback));
  return [code(key), shown, doc, variable === undefined ? "" : code(variable)];
}

function list(title: string, lines: readonly string[]): string {
  return `## ${title}\n\n${lines.map((line) => `- ${line}`).join("\n")}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}
