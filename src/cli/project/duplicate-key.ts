// JSON takes the last of two equal keys, and a reader sees the first: such a file is refused. In: JSON text. Out: a key that an object of
// it has twice, or null. The text is JSON already.
export function duplicateKey(text: string): string | null {
  const seen: (Set<string> | null)[] = [];
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs);
  for (const { 0: token, index } of tokens) {
    if (token === "{") seen.push(new Set());
    else if (token === "[") seen.push(null);
    else if (token === "}" || token === "]") seen.pop();
    else if (isFollowedByColon(text, index + token.length)) {
      const key = JSON.parse(token) as string;
      const keys = seen.at(-1);
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    }
  }
  return null;
}

/** However far away: a reader would still see it. */
function isFollowedByColon(text: string, at: number): boolean {
  const colon = /\s*:/y;
  colon.lastIndex = at;
  return colon.test(text);
}
