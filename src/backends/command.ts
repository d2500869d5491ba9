// `command:WORDS`: the value is what a program prints. The words are split as a shell would and given to no shell: nothing is expanded.
import { type Backend, invalid } from "./backend.ts";
import { runTool } from "./run-tool.ts";
import { toValue } from "./value-text.ts";

export const command: Backend = {
  source: "command",
  example: "command:gopass show -o openai",
  check: (rest) => {
    const words = splitWords(rest);
    if (words === null) throw invalid(command, "a quote of the command is not closed");
    if (words[0] === undefined || words[0] === "" || rest.includes("\0"))
      throw invalid(command, "behind 'command:' stands a program and its arguments");
  },
  variables: () => [],
  read: async (rest, tools) => {
    const [program = "", ...args] = splitWords(rest) ?? [];
    const title = `the program ${program.split("/").at(-1) ?? ""}`;
    return toValue(await runTool({ title, program, args, environment: tools.environment() }), title);
  },
};

/** null: a quote is open at the end. */
export function splitWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (quote !== null) {
      if (character === quote) quote = null;
      else if (character === "\\" && quote === '"' && /["\\$`]/.test(text[i + 1] ?? "")) word = (word ?? "") + (text[++i] ?? "");
      else word = (word ?? "") + character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (character === "\\") word = (word ?? "") + (text[++i] ?? "");
    else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + character;
  }
  if (word !== null) words.push(word);
  return quote === null ? words : null;
}
