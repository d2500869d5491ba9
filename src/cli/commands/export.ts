// `keyward export`: real keys as environment variables, for programs that cannot be run through keyward.
// Values leave only through reveal.ts; each format gives back the exact value (text/quote.ts).
import { basename } from "node:path";
import { type Environment, readVariable } from "../../config/environment.ts";
import type { RevealedConnection } from "../../control/protocol.ts";
import { describeConnection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { checkName } from "../../core/names.ts";
import { define } from "../define.ts";
import { revealConnections } from "../acts/reveal.ts";
import { type Format, formatEnvironment, FORMATS } from "../text/quote.ts";

interface ExportArguments {
  readonly provider?: string;
  readonly connection?: string;
  readonly format?: Format;
  readonly yes?: boolean;
}

export const exportCommand = define<ExportArguments>({
  name: "export",
  summary: "print real keys as environment variables",
  details: `Real keys leave keyward here: it wants a terminal or --yes, is audited, and is refused inside keyward run.
Prefer keyward run where you can. Of all providers, one whose login is over is named on stderr and left out; the
exit status then is that of its error. Formats:
  env             NAME=value; a value with special characters is in POSIX quotes (the default; in fish: fish)
  shell           export NAME='value', for eval in sh, bash and zsh
  fish            set -gx NAME 'value', for keyward export … | source
  powershell      $env:NAME = 'value', for keyward export … | Out-String | Invoke-Expression
  json            one object
  dotenv          for a .env file
  github-actions  for >> "$GITHUB_ENV"; mask the values yourself with ::add-mask::`,
  args: [{ name: "[provider]", summary: "id of the provider (default: every connected provider)" }],
  options: [
    { flags: "--connection <name>", summary: "which connection (default: the provider's default)" },
    { flags: "--format <format>", summary: "how to write them", choices: FORMATS },
    { flags: "--yes", summary: "print them without a terminal" },
  ],
  examples: [
    { command: 'eval "$(keyward export openai --format shell)"', does: "into this shell" },
    { command: "keyward export openai --format dotenv --yes > .env", does: "into a file, from a script" },
  ],
  run: async (args, context) => {
    if (args.connection !== undefined && args.provider === undefined) {
      throw new KeywardError("USAGE", "--connection needs a provider", { hint: "keyward export PROVIDER --connection NAME" });
    }
    const connection = args.connection === undefined ? null : checkName("connection", args.connection);
    const provider = args.provider ?? null;
    const { connections: revealed, failed = [] } = await revealConnections({ provider, connection, yes: args.yes === true }, context);
    if (revealed.length === 0) {
      throw new KeywardError("CREDENTIALS_MISSING", "nothing is connected, so there is nothing to export", {
        hint: "keyward login PROVIDER",
      });
    }
    const variables = mergeEnvironment(revealed);
    const connections = revealed.map(({ provider: id, name }) => ({ provider: id, connection: name }));
    const leftOut = failed.map(({ provider: id, name, error }) => ({ provider: id, connection: name, code: error.code }));
    context.out.object({ connections, variables, ...(failed.length === 0 ? {} : { failed: leftOut }) });
    if (!context.out.json) context.out.raw(formatEnvironment(variables, args.format ?? defaultFormat(context.world.environment)));
    const errors = failed.map(({ error: { code, message, hint } }) => new KeywardError(code, message, { hint: hint ?? undefined }));
    for (const error of errors) context.out.error(error);
    return errors[0]?.exitCode ?? 0;
  },
});

/** @throws ENV_CLASH naming both connections */
export function mergeEnvironment(revealed: readonly RevealedConnection[]): Record<string, string> {
  const owners = new Map<string, RevealedConnection>();
  const variables: Record<string, string> = {};
  for (const connection of revealed) {
    for (const [name, value] of Object.entries(connection.env)) {
      const other = owners.get(name);
      if (other !== undefined) {
        throw new KeywardError("ENV_CLASH", `${name} belongs to both ${describeConnection(other)} and ${describeConnection(connection)}`, {
          hint: `export one provider at a time: keyward export ${connection.provider}`,
        });
      }
      owners.set(name, connection);
      variables[name] = value;
    }
  }
  return variables;
}

/** NAME=value reads well and survives eval in every POSIX shell; fish alone has another grammar. */
function defaultFormat(environment: Environment): Format {
  return basename(readVariable("SHELL", environment) ?? "") === "fish" ? "fish" : "env";
}
