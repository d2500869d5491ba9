// "Did you mean": the known ids nearest to what somebody typed.
// In: the text and the ids. Out: at most three, nearest first; none when nothing is near. Pure.

const MAX_SUGGESTIONS = 3;
/** Longer than any id; more is not a typing mistake. */
const MAX_LENGTH = 64;
/** Shorter words of a name mean nothing: "ai", "io". */
const MIN_WORD = 3;

export function suggestIds(text: string, ids: readonly string[]): string[] {
  const typed = text.trim().toLowerCase();
  if (typed.length === 0 || typed.length > MAX_LENGTH) return [];
  const limit = Math.max(1, Math.floor(typed.length / 3));
  return ids
    .map((id) => ({ id, distance: distanceTo(typed, id) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ id }) => id);
}

/** By what the service is called, for somebody who does not know its id: `jira` is a word of "Atlassian (Jira, Confluence)". */
export function suggestByName(text: string, named: readonly { readonly id: string; readonly name: string }[]): string[] {
  const typed = text.trim().toLowerCase();
  if (typed.length < MIN_WORD || typed.length > MAX_LENGTH) return [];
  const isMeant = (name: string): boolean =>
    wordsOf(name).some((word) => word === typed || (word.length >= MIN_WORD && editDistance(word, typed) <= Math.floor(typed.length / 5)));
  return named
    .filter(({ name }) => isMeant(name))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ id }) => id);
}

function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** Edit distance; a whole word of the id (`gemini` of `google-gemini`) and a typed beginning count as near. */
function distanceTo(typed: string, id: string): number {
  const known = id.toLowerCase();
  const isPart = typed.length >= 3 && (known.startsWith(typed) || known.split("-").includes(typed) || typed.startsWith(`${known}-`));
  return isPart ? Math.min(1, editDistance(typed, known)) : editDistance(typed, known);
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
