import { describe, expect, it } from "vitest";
import type { LoginForm } from "../../../src/ui/login-form.ts";
import { endedPage, failedPage, formPage, storedPage } from "../../../src/ui/login-pages.ts";

const EVIL = `"><script>alert(1)</script>`;
/** Nothing to tick, nothing ticked. */
const NOTHING = { override: null, choices: { anyShape: false, unverified: false } } as const;
const form = (change: Partial<LoginForm> = {}): LoginForm => ({
  providerName: "Acme",
  connection: "acme (default)",
  hosts: ["api.acme.test"],
  fields: [{ name: "key", label: "API key", secret: true, optional: false, hint: null }],
  keysUrl: null,
  replaces: false,
  expiresAtMs: 0,
  ...change,
});
const draw = (change: Partial<LoginForm> = {}, problem: Parameters<typeof formPage>[0]["problem"] = null) =>
  formPage({ form: form(change), csrfToken: "c", stylePath: "/s.css", problem });

describe("the form page", () => {
  it("writes nothing a definition says as markup", () => {
    const fields = [{ name: "key", label: EVIL, secret: true, optional: false, hint: EVIL }];
    const page = draw(
      { providerName: EVIL, connection: EVIL, hosts: [EVIL], fields, keysUrl: `https://x/${EVIL}` },
      { message: EVIL, hint: EVIL, field: null, ...NOTHING },
    );
    expect(page).not.toContain("<script");
    expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(5);
  });

  it("takes a whole file in a text area, which no browser or password manager keeps", () => {
    const fields = [{ name: "pem", label: "Key", secret: true, optional: false, multiline: true, hint: null }];
    const page = draw({ fields });
    expect(page).toMatch(
      /<textarea\s+id="field-pem"\s+name="pem"[^>]* required autofocus\s[^>]*autocomplete="off"[^>]*data-1p-ignore[^>]*><\/textarea>/,
    );
    expect(page).not.toContain('type="password"');
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
    const fields = [{ name: "key", label: "API key", secret: true, optional: false, hint: "starts with acme_" }];
    expect(draw({ fields })).toContain('aria-describedby="hint-key"');
    const wrong = draw({ fields }, { message: "keys start with acme_", hint: null, field: "key", ...NOTHING });
    expect(wrong).toContain('aria-describedby="hint-key problem"');
    expect(wrong).toMatch(/<title>Error: Log in to Acme/);
    expect(wrong).toContain("Keys start with acme_.");
  });

  it("offers the box that would let a refused value through, and keeps the one that was ticked", () => {
    const problem = { message: "unusual", hint: null, field: "key" };
    const offered = draw({}, { ...problem, override: "anyShape", choices: { anyShape: false, unverified: false } });
    expect(offered).toMatch(/type="checkbox"\s+id="any-shape"/);
    expect(offered).not.toContain("checked");
    expect(offered).not.toContain("not-verified");
    const both = draw({}, { ...problem, override: "unverified", choices: { anyShape: true, unverified: false } });
    expect(both).toMatch(/id="any-shape"[\s\S]*checked[\s\S]*id="not-verified"/);
    expect(draw()).not.toContain("checkbox");
  });

  it("says of an OAuth client where it goes, and that the login goes on from here", () => {
    const page = draw({ asksClient: true, hosts: ["auth.acme.test"], keysUrl: "https://acme.test/apps" });
    expect(page).toContain("Continue with Acme</button>");
    expect(page).toMatch(/sent only to\s+<code>auth\.acme\.test<\/code>/);
    expect(page).toContain("No client yet?");
    expect(page).not.toContain("Save key");
  });

  it("asks for what is optional without demanding it", () => {
    const fields = [
      { name: "key", label: "API key", secret: true, optional: false, hint: null },
      { name: "app", label: "Application key", secret: true, optional: true, hint: null },
    ];
    const page = draw({ fields });
    expect(page).toContain("Application key (optional)");
    expect(page.match(/ required/g)).toHaveLength(1);
  });
});

it.each([
  ["stored", "already done"],
  ["expired", "expired"],
  ["cancelled", "ended in the terminal"],
  ["failed", "ended with an error"],
  ["onward", "The provider's page finishes it".replace("'", "&#39;")],
] as const)("a login that is %s says so", (ending, text) => {
  expect(endedPage(ending, "/s.css")).toContain(text);
});

it("the last pages say where to go on", () => {
  expect(storedPage(form(), "/s.css", [EVIL])).toContain("go back to the terminal");
  expect(storedPage(form(), "/s.css", [EVIL])).not.toContain("<script");
  expect(failedPage(form(), "/s.css", { message: "the disk is full", hint: "free some space", field: null, ...NOTHING })).toMatch(
    /The disk is full\.[\s\S]*free some space/,
  );
  expect(failedPage(form({ asksClient: true }), "/s.css", { message: "m", hint: null, field: null, ...NOTHING })).toContain(
    "<h1>The login did not succeed</h1>",
  );
});
