import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { LANDING_POLICY, landingPage } from "../../../src/ui/landing-page.ts";

const ENDINGS = ["stored", "failed", "foreign"] as const;
const EVIL = `"><script>alert(1)</script>`;

it.each(ENDINGS)("%s: says how it ended and that the page may be closed, without a script or a link", (ending) => {
  const page = landingPage(ending, "Acme");
  expect(page).toMatch(/^<!doctype html>\s*<html lang="en">/);
  expect(page).toMatch(/<title>[^<]+ · keyward<\/title>/);
  expect(page.match(/<h1>/g)).toHaveLength(1);
  expect(page).toMatch(/role="(?:status|alert)"/);
  expect(page).toContain("You can close this page");
  expect(page).toContain("Acme");
  expect(page).not.toMatch(/<script|<a |<form|<img|https?:/);
});

it("writes no name as markup", () => {
  for (const ending of ENDINGS) expect(landingPage(ending, EVIL)).not.toContain("<script");
});

it("permits the style sheet of the page, by its hash, and nothing else", () => {
  const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(landingPage("stored", "Acme")) ?? [];
  expect(style.length).toBeGreaterThan(100);
  expect(LANDING_POLICY).toContain(`'sha256-${createHash("sha256").update(style).digest("base64")}'`);
  expect(LANDING_POLICY).toMatch(/^default-src 'none';/);
  expect(LANDING_POLICY).not.toMatch(/unsafe|script-src|\*/);
});
