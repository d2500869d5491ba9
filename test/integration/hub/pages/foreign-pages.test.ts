// The hub's pages and addresses as a page of somebody else can reach them, in a real browser whose user is signed in: nothing can be read,
// nothing is decided, nobody is signed out. Also under a name that was rebound to the hub's address.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Page } from "playwright-core";
import { randomText } from "../../../../src/core/ids.ts";
import { ForeignPages } from "../../../support/foreign-pages.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";

const PASSWORD = "correct horse battery";

let foreign: ForeignPages;
let rig: HubRig;
let own: Page;

beforeAll(async () => {
  // Hundreds of attempts come from one machine: here the pages themselves refuse them, not the limit before them.
  [foreign, rig] = await Promise.all([ForeignPages.open(), startHubRig({ limit: { require: () => undefined } })]);
  own = await foreign.browser.newPage();
  await own.goto(`${rig.hub.url}/setup`);
  await own.getByLabel("Invitation").fill(rig.init.setupToken ?? "");
  await own.getByLabel("E-mail address").fill(`${randomText(6).toLowerCase()}@example.com`);
  await own.getByLabel("Password").fill(PASSWORD);
  await own.getByRole("button", { name: "Create the account" }).click();
  await own.getByRole("heading", { name: "You are in" }).waitFor();
});
afterAll(async () => {
  await foreign.close();
  await rig.destroy();
});

const post = async (path: string, fields: Readonly<Record<string, string>>): Promise<Record<string, string>> =>
  (await (await fetch(rig.hub.url + path, { method: "POST", body: new URLSearchParams(fields) })).json()) as Record<string, string>;

const ask = (codes: Readonly<Record<string, string>>) =>
  post("/oauth/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    client_id: "keyward-cli",
    device_code: codes["device_code"] ?? "",
  });

describe("a page of another origin, in the browser of somebody who is signed in", () => {
  it("reads nothing of the hub, decides no login and signs nobody out, whatever it tries", async () => {
    const codes = await post("/oauth/device_authorization", { client_id: "keyward-cli", host_name: "laptop" });
    const code = codes["user_code"] ?? "";
    await own.goto(`${rig.hub.url}/device?user_code=${code}`);
    const workspace = "wsp_unknown";
    const forms = {
      "/device": `user_code=${code}`,
      "/device/decide": `decision=approve&workspace=${workspace}&scope=secrets:read`,
      "/sign-out": "csrf=",
      "/join": `invitation=x&email=eve@example.com&password=${encodeURIComponent(PASSWORD)}`,
      "/v1/me": "{}",
    };
    const targets = Object.entries(forms).map(([path, form]) => ({ url: rig.hub.url + path, form }));
    expect(await foreign.tryFromEverywhere(targets)).toEqual([]);
    expect((await ask(codes))["error"]).toBe("authorization_pending");
    await own.goto(`${rig.hub.url}/device?user_code=${code}`);
    expect(await own.getByLabel("Password").count()).toBe(0);
    expect(await own.getByText(code).count()).toBeGreaterThan(0);
  });

  it("that has the hub's address under a rebound name has no session there, and none of its forms is taken", async () => {
    const { page, port } = await foreign.reboundPage();
    // From now on the name leads to the hub.
    const way = createServer((browser) => {
      const hub = connect(Number(new URL(rig.hub.url).port), "127.0.0.1");
      for (const end of [browser, hub]) end.on("error", () => end.destroy());
      browser.pipe(hub).pipe(browser);
    }).listen(port, "127.0.0.1");
    await once(way, "listening");
    onTestFinished(() => void way.close());
    const tried = await page.evaluate(async () => {
      const body = new URLSearchParams({ csrf: "", email: "eve@example.com", password: "a long password" });
      const answers = [
        await fetch("/sign-in", { method: "POST", body }),
        await fetch("/device/decide", { method: "POST", body }),
        await fetch("/v1/me"),
        await fetch("/device"),
      ];
      return Promise.all(answers.map(async (answer) => ({ status: answer.status, asks: (await answer.text()).includes("Password") })));
    });
    expect(tried.slice(0, 3).map(({ status }) => status)).toEqual([403, 403, 401]);
    // Whoever is not signed in is asked to.
    expect(tried[3]?.asks).toBe(true);
  });
});
