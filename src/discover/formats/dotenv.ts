// Reads dotenv text the way the common libraries do. In: text. Out: name and value pairs in order, and the lines that are neither.
// It never expands `$NAME` and never shows a value.
import { ENV_NAME_PATTERN } from "../../core/names.ts";

export interface DotenvFile {
  readonly pairs: readonly { readonly name: string; readonly value: string }[];
  /** Numbers of lines that are no assignment, comment or blank. */
  readonly badLines: readonly number[];
}

/** A quote that is not closed by then is none: no key has as many lines, and every later line would be searched again and again. */
const MAX_LINES = 1000;
const ASSIGNMENT = /^\s*(?:export\s+)?([^\s=:]+)\s*(?:=|:\s)\s*/;

export function parseDotenv(text: string): DotenvFile {
  const pairs: { name: string; value: string }[] = [];
  const badLines: number[] = [];
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    if (/^\s*(?:#|$)/.test(line)) continue;
    const match = ASSIGNMENT.exec(line);
    const name = match?.[1] ?? "";
    if (match === null || !ENV_NAME_PATTERN.test(name)) {
      badLines.push(i + 1);
      continue;
    }
    const { value, lastLine } = readValue(lines, i, line.slice(match[0].length));
    pairs.push({ name, value });
    i = lastLine;
  }
  return { pairs, badLines };
}

/** A quoted value may go on over several lines; without a closing quote the quote is an ordinary character. */
function readValue(lines: readonly string[], first: number, start: string): { value: string; lastLine: number } {
  const quote = /^["'`]/.exec(start)?.[0];
  if (quote !== undefined) {
    const parts: string[] = [];
    for (let last = first; last < lines.length; last++) {
      const part = last === first ? start.slice(1) : (lines[last] ?? "");
      // An escape at the end of a line is one of the line feed: each line can be searched by itself.
      const end = closingQuote(part, quote);
      parts.push(end < 0 ? part : part.slice(0, end));
      if (end >= 0) return { value: quote === '"' ? unescapeDouble(parts.join("\n")) : parts.join("\n"), lastLine: last };
      if (parts.length > MAX_LINES) break;
    }
  }
  return { value: start.replace(/(?:^|\s)#.*$/, "").trim(), lastLine: first };
}

function closingQuote(text: string, quote: string): number {
  for (let i = 0; i < text.length; i++) {
    if (quote === '"' && text[i] === "\\") i++;
    else if (text[i] === quote) return i;
  }
  return -1;
}

function unescapeDouble(text: string): string {
  const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$" };
  return text.replace(/\\(.)/gs, (whole, character: string) => escapes[character] ?? whole);
}
