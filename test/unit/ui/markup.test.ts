import * as fc from "fast-check";
import { expect, it } from "vitest";
import { escapeHtml, html } from "../../../src/ui/markup.ts";

it("text in a template is never markup", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const { text: page } = html`<p title="${text}">${text}</p>`;
      expect(page.match(/</g)).toHaveLength(2);
      expect(page.slice('<p title="'.length).split('"')[0]).toBe(escapeHtml(text));
    }),
  );
});

it("markup in a template stays markup, null is nothing", () => {
  const items = ["a", "<b>"].map((text) => html`<i>${text}</i>`);
  expect(html`<p>${items}${null}${7}</p>`.text.replace(/\s/g, "")).toBe("<p><i>a</i><i>&lt;b&gt;</i>7</p>");
});
