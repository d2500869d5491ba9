// Writes one variable so that its reader gets exactly the value back. In: name and value. Out: a line (or lines) of that format.
// Where a format has no exact spelling for a value it refuses; a key that arrives changed is worse than one that does not.
import { randomText } from "../../core/ids.ts";
import { KeywardError } from "../../core/errors.ts";

export const FORMATS = ["env", "shell", "fish", "powershell", "json", "dotenv", "github-actions"] as const;
export type Format = (typeof FORMATS)[number];

/** A value that every reader of NAME=value takes as it is. */
const PLAIN = /^[A-Za-z0-9_./:@%+,=-]*$/;

/** All of `values` in one format, line ends included. @throws USAGE when a value cannot be written in it */
export function formatEnvironment(values: Readonly<Record<string, string>>, format: Format): string {
  if (format === "json") return `${JSON.stringify(values, null, 2)}\n`;
  return Object.entries(values)
    .map(([name, value]) => `${writers[format](name, value)}\n`)
    .join("");
}

/** The line that removes a variable; null where a format cannot say it. */
export function formatRemoval(name: string, format: Format): string | null {
  return (
    { shell: `unset ${name}`, fish: `set -e ${name}`, powershell: `Remove-Item -ErrorAction Ignore Env:${name}` }[format as string] ?? null
  );
}

const writers: Readonly<Record<Exclude<Format, "json">, (name: string, value: string) => string>> = {
  env: (name, value) => `${name}=${shellWord(value)}`,
  shell: (name, value) => `export ${name}=${quoteShell(value)}`,
  fish: (name, value) => `set -gx ${name} ${quoteFish(value)}`,
  powershell: (name, value) => `$env:${name} = ${quotePowershell(value)}`,
  dotenv: (name, value) => `${name}=${quoteDotenv(name, value)}`,
  "github-actions": (name, value) => {
    // A value may hold any text, so the line that ends it is one nobody can have put there.
    const end = `keyward_${randomText(24)}`;
    return `${name}<<${end}\n${value}\n${end}`;
  },
};

/** As it is where that is one word for a shell, else quoted. */
export function shellWord(value: string): string {
  return PLAIN.test(value) ? value : quoteShell(value);
}

/** POSIX single quotes: nothing inside is special, and a quote leaves and comes back. */
export function quoteShell(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** fish single quotes know two escapes: \\ and \'. */
function quoteFish(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** PowerShell doubles the quote, and takes typographic single quotes (U+2018 to U+201B) for quotes as well. */
function quotePowershell(value: string): string {
  return `'${value.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
}

/** Readers of dotenv agree on quotes and on little else: the quote is chosen so that nothing inside needs an escape. */
function quoteDotenv(name: string, value: string): string {
  if (/^[A-Za-z0-9_./:@%+,=-]+$/.test(value)) return value;
  if (!/'|\\$|\\\\|\r/.test(value)) return `'${value}'`;
  if (!/["$`]|\\|\r/.test(value)) return `"${value}"`;
  if (!/`|\\$|\r/.test(value)) return `\`${value}\``;
  throw new KeywardError("USAGE", `the value of ${name} has no spelling that every reader of dotenv files understands`, {
    hint: "use --format shell or --format json",
  });
}
