// JSON with comments and trailing commas → JSON. In: text. Out: text for JSON.parse.
// It decides nothing about validity: what was wrong stays wrong.

export function parseJsonc(text: string): string {
  const parts: string[] = [];
  // Strings are passed over whole, so that `//` in an address stays.
  const tokens = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|\/\/[^\n\r]*|\/\*[\s\S]*?(?:\*\/|$)|,(?=(?:\s|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)*[\]}])/g;
  let from = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token.startsWith('"')) continue;
    parts.push(text.slice(from, index), " ");
    from = index + token.length;
  }
  parts.push(text.slice(from));
  return parts.join("");
}
