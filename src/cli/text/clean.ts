// Takes the teeth out of text that came from elsewhere before it meets a terminal.
// In: any string. Out: the same without control characters, bidirectional overrides and line separators.
// It never shortens or escapes visible text.

/** C0, DEL, C1, bidi controls (Trojan Source), line and paragraph separators. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** One line of text, safe to print: tabs and line ends become spaces, the rest goes. */
export function cleanText(text: string): string {
  return text.replace(/[\t\r\n]+/g, " ").replace(UNSAFE, "");
}

/** JSON with every unsafe character as \uXXXX: still the same JSON, but inert on a terminal. */
export function cleanJson(value: unknown, indent: number): string {
  const json = JSON.stringify(value, null, indent === 0 ? undefined : indent);
  return json.replace(UNSAFE, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
