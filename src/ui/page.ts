// The frame of every page that keyward shows in a browser: one title, one style, one column. Without script.
// In: a title, where the style comes from, the content. Out: the whole document.
import { html, type Markup } from "./markup.ts";

export interface PageParts {
  readonly title: string;
  /** A `<style>` or a `<link>` to one. */
  readonly style: Markup;
  readonly body: Markup;
}

export function page({ title, style, body }: PageParts): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title} · keyward</title>
        ${style}
      </head>
      <body>
        <main>
          <p class="brand">keyward</p>
          ${body}
        </main>
      </body>
    </html> `.text;
}
