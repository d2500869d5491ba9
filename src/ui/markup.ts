// Writes HTML without ever forgetting to escape: what goes into a template is text unless it is Markup already.
// In: a tagged template. Out: Markup. Provider names and messages are data; nothing here trusts them.

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | null | readonly Markup[];

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/** null writes nothing. Attribute values must stand in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] ?? "";
  parts.forEach((part, i) => {
    text += write(part) + (strings[i + 1] ?? "");
  });
  return new Markup(text);
}

function write(part: Part): string {
  if (part === null) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map((markup) => markup.text).join("");
  return escapeHtml(String(part));
}
