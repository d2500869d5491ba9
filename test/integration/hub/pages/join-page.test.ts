// The hub's pages in a real browser, with and without JavaScript: set-up, sign-in, a device login approved and denied, by keyboard alone; no frame, no
// foreign form, every field and button with a name.
import { type Browser, chromium, type Page } from "playwright-core";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { chromiumOptions } from "../../../support/chromium.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

const PASSWORD = "correct horse battery";

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch(chromiumOptions());
});
afterAll(() => browser.close());

describe.each([
  ["with JavaScript", true],
  ["without JavaScript", false],
])("the pages %s", (_how, javaScriptEnabled) => {
  let rig: HubRig;
  const email = `${randomText(6).toLowerCase()}@example.com`;
  beforeAll(async () => {
    rig = await startHubRig();
  });
  afterAll(() => rig.destroy());

  const open = async (path: string): Promise<Page> => {
    const context = await browser.newContext({ javaScriptEnabled });
    context.setDefaultTimeout(45_000);
    const page = await context.newPage();
    await page.goto(rig.hub.url + path);
    return page;
  };
  const begin = async (): Promise<Record<string, string>> => {
    const body = new URLSearchParams({ client_id: "keyward-cli", host_name: "laptop" });
    return (await (await fetch(`${rig.hub.url}/oauth/device_authorization`, { method: "POST", body })).json()) as Record<string, string>;
  };
  const poll = async (codes: Record<string, string>): Promise<Record<string, string>> => {
    const grant = {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      client_id: "keyward-cli",
      device_code: codes["device_code"] ?? "",
    };
    return (await (await fetch(`${rig.hub.url}/oauth/token`, { method: "POST", body: new URLSearchParams(grant) })).json()) as Record<
      string,
      string
    >;
  };
  const signIn = async (page: Page): Promise<void> => {
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
  };

  it("set the hub up with the one-time address, once", async () => {
    const page = await open(`/setup#${rig.init.setupToken}`);
    await page.getByLabel("Invitation").fill(rig.init.setupToken ?? "");
    await page.getByLabel("Name").fill('Ada "<b>" Lovelace');
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create the account" }).click();
    await expect.poll(() => page.getByRole("heading").textContent()).toBe("You are in");
    const again = await open("/setup");
    await again.getByLabel("Invitation").fill(rig.init.setupToken ?? "");
    await again.getByLabel("E-mail address").fill(`other-${email}`);
    await again.getByLabel("Password").fill(PASSWORD);
    await again.getByRole("button", { name: "Create the account" }).click();
    await expect.poll(() => again.getByRole("alert").textContent()).toContain("the invitation is over");
    await Promise.all([page.context().close(), again.context().close()]);
  });

  it("approve a device from the complete address: sign in, see the code, choose, say yes", async () => {
    const codes = await begin();
    const page = await open(`/device?user_code=${codes["user_code"]}`);
    await signIn(page);
    await expect.poll(() => page.locator(".code").textContent()).toBe(codes["user_code"]);
    await page.getByRole("button", { name: "Yes, it is my code" }).click();
    await expect.poll(() => page.getByText("laptop").count()).toBe(1);
    await page.getByLabel(/read the value of a secret/).uncheck();
    await page.getByRole("button", { name: "Yes, log it in" }).click();
    await expect.poll(() => page.getByRole("heading").textContent()).toBe("Done");
    const answer = await poll(codes);
    expect(answer["scope"]).toContain("secrets:read");
    expect(answer["scope"]).not.toContain("secrets:access");
    await page.context().close();
  });

  it("let a person say no by keyboard alone", async () => {
    const codes = await begin();
    const page = await open("/device");
    await page.keyboard.type(email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByLabel("The code your terminal shows").waitFor();
    await page.keyboard.type((codes["user_code"] ?? "").toLowerCase().replace("-", " "));
    await page.keyboard.press("Enter");
    const no = page.getByRole("button", { name: "No" });
    await no.waitFor();
    for (let tabs = 0; tabs < 30; tabs += 1) {
      await page.keyboard.press("Tab");
      if ((await page.locator(":focus").textContent()) === "No") break;
    }
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByRole("heading").textContent()).toBe("Refused");
    expect((await poll(codes))["error"]).toBe("access_denied");
    await page.context().close();
  });

  it("lock out after five wrong codes, and say how long", async () => {
    const page = await open("/device");
    await signIn(page);
    for (let tries = 0; tries < 6; tries += 1) {
      await page.goto(`${rig.hub.url}/device`);
      await page.getByLabel("The code your terminal shows").fill("BBBB-BBBB");
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByRole("alert").waitFor();
    }
    expect(await page.getByRole("alert").textContent()).toContain("too many wrong tries");
    expect(await page.getByText(/wait \d+ s/).count()).toBe(1);
    await page.context().close();
  });

  it("name every field and button, and have one heading and one main part", async () => {
    for (const path of ["/setup", "/join", "/sign-in"]) {
      const page = await open(path);
      const controls = page.locator("input:not([type=hidden]), select, button");
      expect([path, await controls.count()]).not.toEqual([path, 0]);
      for (const each of await controls.all())
        expect([path, await each.ariaSnapshot()]).toEqual([path, expect.stringMatching(/(?:textbox|button|combobox|checkbox) "[^"]{2,}/)]);
      expect([await page.getByRole("heading", { level: 1 }).count(), await page.getByRole("main").count()]).toEqual([1, 1]);
      await page.context().close();
    }
  });

  it("show nothing in a frame of another site, and take no form from there", async () => {
    const evil = createServer((_request, response) => {
      response.setHeader("content-type", "text/html");
      response.end(
        `<iframe id="f" src="${rig.hub.url}/sign-in"></iframe><form method="post" action="${rig.hub.url}/sign-out"><button>go</button></form>`,
      );
    });
    evil.listen(0, "127.0.0.1");
    await once(evil, "listening");
    const context = await browser.newContext({ javaScriptEnabled });
    context.setDefaultTimeout(45_000);
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`);
    expect(await page.frameLocator("#f").getByLabel("Password").count()).toBe(0);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith("/sign-out")),
      page.getByRole("button", { name: "go" }).click(),
    ]);
    expect(answer.status()).toBe(403);
    await context.close();
    evil.close();
  });
});
