// netrc → {machine: {login, password, account}}. In: text. Out: a tree; of a machine given twice the first counts, as for curl.
// The `default` entry belongs to no host and is left out.
import type { Tree } from "../source.ts";

export function parseNetrc(text: string): Tree {
  const machines = Object.create(null) as Record<string, Record<string, Tree>>;
  let current: Record<string, Tree> | null = null;
  const words = wordsOf(text.replace(/^[ \t]*macdef[^\n]*(?:\n[^\n\r]+)*/gm, ""));
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "machine") {
      current = {};
      const name = (words[++i] ?? "").toLowerCase();
      if (name !== "" && machines[name] === undefined) machines[name] = current;
    } else if (word === "default") current = null;
    else if (word === "login" || word === "password" || word === "account") {
      const value = words[++i];
      if (current !== null && value !== undefined && current[word] === undefined) current[word] = value;
    }
  }
  for (const machine of Object.values(machines)) moveToken(machine);
  return machines;
}

/** `login TOKEN password x-oauth-basic`, as GitHub had it written: the login is the secret. */
function moveToken(machine: Record<string, Tree>): void {
  if (machine["password"] !== "x-oauth-basic" || machine["login"] === undefined) return;
  machine["password"] = machine["login"];
  delete machine["login"];
}

/** A word in quotes, or up to the next space. */
const WORD = /\s*(?:"([^"\\]*(?:\\.[^"\\]*)*)"|(\S+))/y;

/** A `#` begins a comment only at the start of a word, and never where a value is due: passwords begin with it. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    WORD.lastIndex = 0;
    for (let match = WORD.exec(line); match !== null; match = WORD.exec(line)) {
      const [, quoted, plain = ""] = match;
      const isDue = /^(?:machine|login|password|account)$/.test(words.at(-1) ?? "");
      if (plain.startsWith("#") && !isDue) break;
      words.push(quoted === undefined ? plain : quoted.replace(/\\(.)/g, "$1"));
    }
  }
  return words;
}
