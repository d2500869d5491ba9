// The commands in a hint, for programs that act on errors. In: a hint as people read it. Out: `next_steps` of a --json error.
// Only what can be typed as it stands or with its capital words filled in; words around it are left out.

export interface NextStep {
  readonly command: string;
}

export function nextSteps(hint: string | undefined): NextStep[] {
  if (hint === undefined) return [];
  const commands = [...hint.matchAll(/(?<![\w./'-])(?:keyward|unset|chmod) [^\n]*/g)].flatMap(([text]) => cut(text));
  return [...new Set(commands)].map((command) => ({ command }));
}

/** A command ends where the sentence goes on. */
function cut(text: string): string[] {
  const end = /;|\?|\s{2,}|\s\(|,\s|\s(?:or|and|then)\s|\.\s|\.$/.exec(text);
  const command = (end === null ? text : text.slice(0, end.index)).trim();
  const rest = end === null ? "" : text.slice(end.index + end[0].length);
  const more = nextSteps(rest).map((step) => step.command);
  return /^(?:keyward|unset|chmod) \S/.test(command) ? [command, ...more] : more;
}
