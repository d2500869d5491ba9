// HTML by template strings in which everything that is put in is escaped: a name with markup in it is a name.
// In: texts. Out: a page that works without JavaScript, under a policy that would not run any.
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escape(value: string | number): string {
  return String(value).replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

type Part = Html | string | number | readonly Html[];

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const shown = parts.map((part) => {
    if (part instanceof Html) return part.text;
    if (typeof part === "string" || typeof part === "number") return escape(part);
    return part.map((each) => each.text).join("");
  });
  return new Html(strings.map((text, index) => text + (shown[index] ?? "")).join(""));
}

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:34rem;margin:3rem auto;padding:0 1rem}
h1{font-size:1.4rem}label{display:block;margin:.8rem 0 .2rem}input:not([type=checkbox],[type=radio]),select{font:inherit;padding:.5rem;width:100%;box-sizing:border-box}
button{font:inherit;padding:.6rem 1.2rem;margin:1rem .5rem 0 0}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{opacity:.7}dd{margin:0}
.code{font:600 1.6rem ui-monospace,monospace;letter-spacing:.1em}.warning{border-left:.3rem solid #c60;padding:.3rem .8rem}.error{border-left:.3rem solid #c00;padding:.3rem .8rem}`;

/** Its hash in the policy is what lets the style in. */
export const STYLE_TEXT = STYLE;

export function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · keyward hub</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.text;
}
