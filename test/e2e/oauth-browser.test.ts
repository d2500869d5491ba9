// OAuth logins as a person meets them: a real browser at a real authorization server, and back to the page of keyward's own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AUTH_HOST } from "../support/authorization-server.ts";
import { chromiumOptions } from "../support/chromium.ts";
import type { LiveCommand } from "../support/keyward.ts";
import { type OAuthScene, saw, startOAuthScene } from "../support/oauth-scene.ts";

let scene: OAuthScene;
let browser: BrowserContext;
let directory: string;

beforeAll(async () => {
  scene = await startOAuthScene();
  directory = mkdtempSync(join(tmpdir(), "kw-chromium-"));
  browser = await chromium.launchPersistentContext(directory, {
    ...chromiumOptions(`MAP ${AUTH_HOST}:443 127.0.0.1:${scene.server.port}`),
    ignoreHTTPSErrors: true,
  });
});
afterAll(async () => {
  await browser.close();
  rmSync(directory, { recursive: true, force: true });
  await scene.end();
});
beforeEach(() => browser.clearCookies());

const login = (...flags: string[]): LiveCommand =>
  scene.home.spawn(["login", "acme", "--no-browser", "--force", "--client-id", "public", ...flags]);

async function openLogin(live: LiveCommand): Promise<Page> {
  const [, url = ""] = await saw(live, /Open (https:\S+) to log in/);
  const page = await browser.newPage();
  await page.goto(url);
  return page;
}

describe("in a real browser", () => {
  it("the code flow ends at keyward's own page, which holds no secret and no script, and can be closed", async () => {
    const live = login("--flow", "browser");
    const page = await openLogin(live);
    await page.getByRole("heading", { name: "You are logged in" }).waitFor();
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback\?/);
    expect(await page.getByRole("status").textContent()).toContain("You can close this page");
    expect(await page.locator("script").count()).toBe(0);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    // The one style sheet of the page is in force: the policy names it by its hash.
    expect(await page.evaluate("getComputedStyle(document.querySelector('main')).borderTopStyle")).toBe("solid");
    const code = new URL(page.url()).searchParams.get("code") ?? "no code";
    expect(await page.content()).not.toContain(code);
    expect(await browser.cookies("http://127.0.0.1")).toEqual([]);
    expect(await live.finished).toMatchObject({ exitCode: 0, stdout: "Successfully logged in to acme (default)\n" });
    expect(await scene.call()).toMatch(/^Bearer [\w-]{20,}$/);
    // The listener is gone: going back and forth asks nobody.
    await expect(page.reload()).rejects.toThrow(/ERR_CONNECTION_REFUSED/);
  });

  it("a client typed into keyward's form leads to the provider's page and back", async () => {
    const live = scene.home.spawn(["login", "acme", "--form", "--force", "--flow", "browser"], { env: { BROWSER: "none" } });
    const [, url = ""] = await saw(live, /Open (http:\S+) to log in/);
    const page = await browser.newPage();
    await page.goto(url);
    const secret = page.getByLabel("Client secret");
    expect(await secret.getAttribute("type")).toBe("password");
    await page.getByLabel("Client ID").fill("confidential");
    await secret.fill(scene.server.clientSecret);
    await page.getByRole("button", { name: "Continue with Acme" }).click();
    await page.getByRole("heading", { name: "You are logged in" }).waitFor();
    expect(await page.content()).not.toContain(scene.server.clientSecret);
    const done = await live.finished;
    expect(done).toMatchObject({ exitCode: 0, stdout: "Successfully logged in to acme (default)\n" });
    expect(done.stderr).not.toContain(scene.server.clientSecret);
    expect(await scene.call()).toMatch(/^Bearer [\w-]{20,}$/);
  });

  it("a code typed on the provider's page ends the device flow", async () => {
    const live = login("--flow", "device");
    const [, code = "", url = ""] = await saw(live, /Enter the code (\S+) at (https:\S+)/);
    const page = await browser.newPage();
    await page.goto(url);
    await page.locator("input[name=user_code]").fill(code);
    await page.locator("[type=submit]").first().click();
    await page.locator("button[autofocus], button[type=submit]").first().click();
    expect(await live.finished).toMatchObject({ exitCode: 0, stdout: "Successfully logged in to acme (default)\n" });
    expect(await scene.call()).toMatch(/^Bearer /);
  });
});
