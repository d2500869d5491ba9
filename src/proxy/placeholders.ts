// Finds placeholders in a request head: in the target, in any header value, plain, percent-encoded or inside Basic base64.
// In: the head and every placeholder of the profile. Out: those that occur. Pure; one pass with one expression per profile.
import type { RawHeaders } from "../core/headers.ts";
import type { KnownPlaceholder } from "./ports.ts";

interface Head {
  readonly target: string;
  readonly headers: RawHeaders;
}

interface Finder {
  readonly expression: RegExp;
  readonly byText: ReadonlyMap<string, KnownPlaceholder>;
}

/** The array's identity is stable until a placeholder is added, so the expression is built once per change. */
const finders = new WeakMap<readonly KnownPlaceholder[], Finder>();

export function findPlaceholders(head: Head, known: readonly KnownPlaceholder[]): KnownPlaceholder[] {
  if (known.length === 0) return [];
  const { expression, byText } = finderFor(known);
  const found = new Set<KnownPlaceholder>();
  for (const [text] of headText(head).matchAll(expression)) {
    const placeholder = byText.get(text);
    if (placeholder !== undefined) found.add(placeholder);
  }
  return [...found];
}

/** All that may hold a placeholder, as one text. Newlines keep neighbours from forming one. */
function headText(head: Head): string {
  const parts = [head.target];
  if (head.target.includes("%")) parts.push(decodePercent(head.target));
  for (let i = 1; i < head.headers.length; i += 2) {
    const value = head.headers[i] ?? "";
    parts.push(value);
    if (/^basic /i.test(value)) parts.push(Buffer.from(value.slice(6), "base64").toString("latin1"));
  }
  return parts.join("\n");
}

/** Decodes what can be decoded; a stray percent sign stays. */
function decodePercent(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function finderFor(known: readonly KnownPlaceholder[]): Finder {
  const ready = finders.get(known);
  if (ready !== undefined) return ready;
  const finder = {
    expression: new RegExp(known.map(({ text }) => escapeRegExp(text)).join("|"), "g"),
    byText: new Map(known.map((placeholder) => [placeholder.text, placeholder])),
  };
  finders.set(known, finder);
  return finder;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
