import { describe, expect, it } from "vitest";
import type { LoginForm } from "../../../src/ui/login-form.ts";
import { endedPage, failedPage, formPage, storedPage } from "../../../src/ui/login-pages.ts";

const EVIL = `"><script>alert(1)</script>`;
const form = (change: Partial<LoginForm> = {}): LoginForm => ({
  providerName: "Acme",
  connection: "acme (default)",
  hosts: ["api.acme.test"],
  fields: [{ name: "key", label: "API key", secret: true, hint: null }],
  keysUrl: null,
  replaces: false,
  expiresAtMs: 0,
  ...change,
});
const draw = (change: Partial<LoginForm> = {}, problem: Parameters<typeof formPage>[0]["problem"] = null) =>
  formPage({ form: form(change), csrfToken: "c", stylePath: "/s.css", problem });

describe("the form page", () => {
  it("writes nothing a definition says as markup", () => {
    const fields = [{ name: "key", label: EVIL, secret: true, hint: EVIL }];
    const page = draw(
      { providerName: EVIL, connection: EVIL, hosts: [EVIL], fields, keysUrl: `https://x/${EVIL}` },
      { message: EVIL, hint: EVIL, field: null },
    );
    expect(page).not.toContain("<script");
    expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(5);
  });

  it("links only to web addresses", () => {
    expect(draw({ keysUrl: "javascript:alert(1)" })).not.toContain("<a ");
    expect(draw({ keysUrl: "https://acme.test/keys" })).toContain('href="https://acme.test/keys"');
  });

  it("names some hosts and counts the rest", () => {
    const page = draw({ hosts: ["a.test", "b.test", "c.test", "d.test", "e.test", "f.test"] });
    expect(page).toContain("d.test");
    expect(page).not.toContain("e.test");
    expect(page).toContain("and 2 more");
  });

  it("says when a key is replaced", () => {
    expect(draw()).not.toContain("replaces");
    expect(draw({ replaces: true })).toContain("It replaces the key that is stored now.");
  });

  it("ties hint and problem to the field they are about", () => {
    const fields = [{ name: "key", label: "API key", secret: true, hint: "starts with acme_" }];
    expect(draw({ fields })).toContain('aria-describedby="hint-key"');
    const wrong = draw({ fields }, { message: "keys start with acme_", hint: null, field: "key" });
    expect(wrong).toContain('aria-describedby="hint-key problem"');
    expect(wrong).toMatch(/<title>Error: Log in to Acme/);
    expect(wrong).toContain("Keys start with acme_.");
  });
});

it.each([
  ["stored", "already done"],
  ["expired", "expired"],
  ["cancelled", "ended in the terminal"],
  ["failed", "ended with an error"],
] as const)("a login that is %s says so", (ending, text) => {
  expect(endedPage(ending, "/s.css")).toContain(text);
});

it("the last pages say where to go on", () => {
  expect(storedPage(form(), "/s.css", [EVIL])).toContain("go back to the terminal");
  expect(storedPage(form(), "/s.css", [EVIL])).not.toContain("<script");
  expect(failedPage("/s.css", { message: "the disk is full", hint: "free some space", field: null })).toMatch(
    /The disk is full\.[\s\S]*free some space/,
  );
});
