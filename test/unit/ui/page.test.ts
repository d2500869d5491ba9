import { expect, it } from "vitest";
import { html } from "../../../src/ui/markup.ts";
import { page } from "../../../src/ui/page.ts";

it("a page says its language and title, takes its style as given, and escapes what it is told", () => {
  const text = page({ title: "<key>", style: html`<link rel="stylesheet" href="/style" />`, body: html`<h1>${"a & b"}</h1>` });
  expect(text).toMatch(/^<!doctype html>\s*<html lang="en">/);
  expect(text).toContain("<title>&lt;key&gt; · keyward</title>");
  expect(text).toContain('<link rel="stylesheet" href="/style" />');
  expect(text).toMatch(/<main>\s*<p class="brand">keyward<\/p>\s*<h1>a &amp; b<\/h1>\s*<\/main>/);
  expect(text).not.toContain("<script");
});
