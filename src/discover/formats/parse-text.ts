// Text of any known format → a tree. In: decoded text and the format. Out: the tree that pointers look into.
// @throws FormatProblem, which never quotes the text.
import type { Format, Tree } from "../source.ts";
import { parseDotenv } from "./dotenv.ts";
import { FormatProblem } from "./format-problem.ts";
import { parseIni } from "./ini.ts";
import { parseJsonc } from "./jsonc.ts";
import { parseNetrc } from "./netrc.ts";
import { parseToml } from "./toml.ts";
import { parseUrlLines } from "./url-lines.ts";
import { parseYaml } from "./yaml.ts";

const PARSERS: Readonly<Record<Format, (text: string) => Tree>> = {
  json: parseJson,
  jsonc: (text) => parseJson(parseJsonc(text)),
  toml: parseToml,
  ini: parseIni,
  yaml: parseYaml,
  netrc: parseNetrc,
  dotenv: (text) => Object.fromEntries(parseDotenv(text).pairs.map(({ name, value }) => [name, value])),
  urls: parseUrlLines,
  text: (text) => text,
};

export function parseText(text: string, format: Format): Tree {
  return PARSERS[format](text.replace(/^\ufeff/, ""));
}

/** Of a key given twice the last counts, as for the tools that wrote the file. */
function parseJson(text: string): Tree {
  try {
    return JSON.parse(text) as Tree;
  } catch {
    // The engine's message quotes what it choked on.
    throw new FormatProblem("it is not valid JSON");
  }
}
