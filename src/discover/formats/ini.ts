// INI as Python's configparser and the AWS tools write it → sections of names. In: text. Out: {section: {name: value}}, and
// names before the first section at the top. Of a name given twice the last counts. A line that is neither is left out.
import type { Tree } from "../source.ts";

export function parseIni(text: string): Tree {
  const top: Record<string, Tree> = Object.create(null) as Record<string, Tree>;
  let section: Record<string, Tree> = top;
  let indent = -1;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const content = line.trim();
    if (content === "" || content.startsWith("#") || content.startsWith(";")) continue;
    const header = /^\[(.+?)\]\s*(?:[#;].*)?$/.exec(content)?.[1];
    if (header !== undefined) {
      section = openSection(top, header.trim());
      indent = -1;
      continue;
    }
    const depth = line.length - line.trimStart().length;
    // Deeper than the name before it: a part of that one's value (a nested block of ~/.aws/config).
    if (indent >= 0 && depth > indent) continue;
    const sign = content.slice(1).search(/=|:(?=\s|$)/) + 1;
    if (sign === 0) continue;
    indent = depth;
    section[content.slice(0, sign).trimEnd()] = unquote(content.slice(sign + 1).trimStart());
  }
  return top;
}

function openSection(top: Record<string, Tree>, name: string): Record<string, Tree> {
  const before = top[name];
  if (typeof before === "object" && before !== null) return before as Record<string, Tree>;
  const fresh = Object.create(null) as Record<string, Tree>;
  top[name] = fresh;
  return fresh;
}

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value);
  const comment = value.search(/\s[#;]/);
  return quoted?.[2] ?? (comment < 0 ? value : value.slice(0, comment).trimEnd());
}
