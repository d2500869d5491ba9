// The login form as a person meets it: a real browser, with and without JavaScript, by keyboard, and pages that mean no good.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ControlClient } from "../../src/control/client.ts";
import { chromiumOptions } from "../support/chromium.ts";
import { DaemonHome } from "../integration/daemon/daemon-home.ts";

const KEY = `sk-${"a1B2".repeat(12)}`;

const CHECKS = { anyShape: false, doubtful: "ask", verify: false } as const;

let context: BrowserContext;
let plain: BrowserContext;
const directories: string[] = [];
let home: DaemonHome;
let client: ControlClient;
const pages: Page[] = [];

async function launch(javaScriptEnabled: boolean, colorScheme: "light" | "dark"): Promise<BrowserContext> {
  const directory = mkdtempSync(join(tmpdir(), "kw-chromium-"));
  directories.push(directory);
  return chromium.launchPersistentContext(directory, {
    ...chromiumOptions("MAP *.evil.test 127.0.0.1"),
    javaScriptEnabled,
    colorScheme,
  });
}

beforeAll(async () => {
  context = await launch(true, "light");
  plain = await launch(false, "dark");
});
afterAll(async () => {
  await context.close();
  await plain.close();
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  home = new DaemonHome();
  client = await home.connect();
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close();
  await home.remove();
});

function start(provider = "openai", timeoutMs = 170_000) {
  return client.call("login.start", {
    profile: null,
    provider,
    connection: null,
    host: null,
    force: false,
    checks: CHECKS,
    timeoutMs,
    uiPort: 0,
  });
}

async function openPage(url: string, browser = context): Promise<Page> {
  const page = await browser.newPage();
  pages.push(page);
  await page.goto(url);
  return page;
}

/** A login of a short time, and its form that was opened within it: where that took too long, once more with three times as much. */
async function openBeforeItExpires(timeoutMs = 1_000): Promise<{ page: Page; waiting: Promise<unknown> }> {
  const { url, loginId } = await start("openai", timeoutMs);
  const waiting = client.call("login.wait", { loginId }).catch((error: unknown) => error);
  const page = await openPage(url);
  return (await page.getByLabel("API key").count()) > 0 ? { page, waiting } : openBeforeItExpires(3 * timeoutMs);
}

const connections = async () =>
  (await client.call("connection.list", { profile: null })).connections.map(({ provider, name }) => `${provider}=${name}`);

describe("the login form", () => {
  it("takes the key by keyboard alone, and the waiting command hears of it", async () => {
    const { url, loginId } = await start();
    const waiting = client.call("login.wait", { loginId });
    const complaints: string[] = [];
    const page = await openPage("about:blank");
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(url);
    expect(await page.title()).toContain("Log in to OpenAI");
    // The first field has the focus.
    await page.keyboard.type(KEY);
    expect(await page.getByLabel("API key").inputValue()).toBe(KEY);
    expect(await page.getByLabel("API key").getAttribute("type")).toBe("password");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Successfully logged in" }).waitFor();
    expect(await waiting).toMatchObject({ provider: "openai", name: "default", replaced: false });
    expect(page.url()).toBe(url);
    expect(await page.content()).not.toContain(KEY);
    expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
    expect(await context.cookies()).toEqual([]);
  });

  it("is styled by its own sheet, in light and in dark", async () => {
    const { url } = await start();
    const ground = async (browser: BrowserContext) =>
      (await openPage(url, browser)).evaluate("getComputedStyle(document.querySelector('main')).backgroundColor");
    expect([await ground(context), await ground(plain)]).toEqual(["rgb(255, 255, 255)", "rgb(25, 28, 34)"]);
  });

  it("works without JavaScript: a wrong key is explained in place, the right one is taken", async () => {
    const { url, loginId } = await start();
    const waiting = client.call("login.wait", { loginId });
    const page = await openPage(url, plain);
    await page.getByLabel("API key").fill("wrong-canary");
    await page.getByRole("button", { name: "Save key" }).click();
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain("OpenAI API keys start with 'sk-'");
    const input = page.getByLabel("API key");
    expect(await input.inputValue()).toBe("");
    expect(await page.content()).not.toContain("wrong-canary");
    expect(await input.getAttribute("aria-invalid")).toBe("true");
    expect(await input.getAttribute("aria-describedby")).toContain("problem");
    await input.fill(`Bearer ${KEY}`);
    await page.getByRole("button", { name: "Save key" }).click();
    await page.getByText("a pasted 'Bearer ' was removed").waitFor();
    expect((await waiting).notices.join()).toContain("Bearer");
  });

  it("asks for every field of a provider with several, masking only the secret ones", async () => {
    const { url, loginId } = await start("twilio");
    const waiting = client.call("login.wait", { loginId });
    const { info } = await client.call("provider.show", { profile: null, provider: "twilio" });
    const page = await openPage(url);
    for (const field of info.fields) {
      const input = page.getByLabel(field.label, { exact: true });
      expect(await input.getAttribute("type")).toBe(field.secret ? "password" : "text");
      await input.fill(field.name.includes("sid") ? `AC${"0a".repeat(16)}` : "0b".repeat(16));
    }
    await page.getByRole("button", { name: "Save keys" }).click();
    await page.getByRole("heading", { name: "Successfully logged in" }).waitFor();
    expect(await waiting).toMatchObject({ provider: "twilio" });
  });

  it("gone back to and sent again is 'already done'", async () => {
    const { url } = await start();
    const page = await openPage(url);
    await page.getByLabel("API key").fill(KEY);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Successfully logged in" }).waitFor();
    const again = await page.goto(url);
    expect(again?.status()).toBe(410);
    await page.getByRole("heading", { name: "Already done" }).waitFor();
  });

  it("ends with the command in the terminal", async () => {
    const terminal = await home.connect();
    const { url } = await terminal.call("login.start", {
      profile: null,
      provider: "openai",
      connection: null,
      force: false,
      timeoutMs: 60_000,
      host: null,
      checks: CHECKS,
      uiPort: 0,
    });
    const page = await openPage(url);
    await page.getByLabel("API key").fill(KEY);
    terminal.close();
    await expect.poll(async () => (await fetch(url)).status).toBe(410);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "This login was ended" }).waitFor();
    expect(await connections()).toEqual([]);
  });

  it("expires, and says so in both places", async () => {
    const { page, waiting } = await openBeforeItExpires();
    expect(await waiting).toMatchObject({ code: "LOGIN_EXPIRED", hint: "keyward login openai" });
    await page.getByLabel("API key").fill(KEY);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "This login has expired" }).waitFor();
    expect(await connections()).toEqual([]);
  });
});

describe("a page of another site", () => {
  let site: Server;
  let origin = "";
  let body = "";

  beforeEach(async () => {
    site = createServer((_request, response) => response.setHeader("content-type", "text/html").end(body));
    site.listen(0, "127.0.0.1");
    await once(site, "listening");
    origin = `http://shop.evil.test:${(site.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    site.close();
    site.closeAllConnections();
  });

  /** What an attacker could not know: even with path and csrf token in hand nothing goes through. */
  async function insides(url: string): Promise<string> {
    return /name="csrf" value="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? "";
  }

  it("cannot submit the form, even knowing path and token", async () => {
    const { url } = await start();
    const csrf = await insides(url);
    body = `<form id="f" method="post" action="${url}"><input name="csrf" value="${csrf}"><input name="key" value="${KEY}"></form><script>document.getElementById("f").submit()</script>`;
    const page = await openPage("about:blank");
    const answer = page.waitForResponse((response) => response.url() === url && response.request().method() === "POST");
    await page.goto(origin);
    expect((await answer).status()).toBe(403);
    expect(await connections()).toEqual([]);
  });

  it("cannot post to it by script, read it or frame it", async () => {
    const { url } = await start();
    const csrf = await insides(url);
    body = `<iframe src="${url}"></iframe>`;
    const page = await openPage(origin);
    const tried = await page.evaluate(
      async ([address, form]) => {
        const send = (mode: "cors" | "no-cors") =>
          fetch(address, { method: "POST", mode, body: new URLSearchParams(form) }).then((response) => response.type, String);
        return [await send("no-cors"), await send("cors"), await fetch(address).then((response) => response.text(), String)];
      },
      [url, `csrf=${csrf}&key=${KEY}`] as const,
    );
    expect(tried[1]).toContain("TypeError");
    expect(tried[2]).toContain("TypeError");
    expect(page.frames().map((frame) => frame.url())).not.toContain(url);
    expect(await connections()).toEqual([]);
  });

  it("whose name was rebound to this computer sees nothing", async () => {
    const { url } = await start();
    const rebound = url.replace("127.0.0.1", "rebound.evil.test");
    const page = await openPage("about:blank");
    const answer = page.waitForResponse(rebound);
    // An empty refusal is an error page of the browser's own.
    await page.goto(rebound).catch(() => undefined);
    expect((await answer).status()).toBe(403);
    expect((await answer).headers()["content-length"]).toBe("0");
  });
});
