import { expect, it } from "vitest";
import { html, page } from "../../../../src/hub/pages/html.ts";

const nasty = `"><script>alert(1)</script>'&`;

it("escapes what is put in, in text and in attributes, and leaves parts that are HTML", () => {
  const inner = html`<b title="${nasty}">${nasty}</b>`;
  const text = html`<p>${inner}${[inner, inner]}${7}</p>`.text;
  expect(text).not.toContain("<script>");
  expect(text.match(/<b title="&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;&#39;&amp;">/g)).toHaveLength(3);
  expect(text).toContain("7</p>");
});

it("makes a page with a language, a title and no script", () => {
  const text = page(nasty, html`<p>x</p>`);
  expect(text).toMatch(/^<!doctype html>\s*<html lang="en">/);
  expect(text).not.toContain("<script");
  expect(text).toContain("<main>");
});
