// Everything keyward listens on, as a page in a real browser can reach it: the login form and the proxy's port. The control API is a socket in
// a private directory, which no page reaches. Whatever a page tries, nothing is stored, no login ends, and nothing can be read.
import { mkdtempSync, readFileSync, readlinkSync, readdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ControlClient } from "../../src/control/client.ts";
import { DaemonHome } from "../integration/daemon/daemon-home.ts";
import { runKeyward } from "../support/keyward.ts";
import { tryEverything } from "../support/page-attempts.mjs";
import { sampleDefinition } from "../support/sample-provider.ts";

const KEY = `sk-${"a1B2".repeat(12)}`;
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser: BrowserContext;
let directory: string;
let home: DaemonHome;
let client: ControlClient;
let site: Server;
let sitePort = 0;
let pageOfSite = "";
const visits: IncomingMessage[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "kw-chromium-"));
  browser = await chromium.launchPersistentContext(directory, {
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: [...QUIET, "--host-resolver-rules=MAP *.evil.test 127.0.0.1"],
  });
  site = createServer((request, response) => {
    visits.push(request);
    response.setHeader("content-type", "text/html");
    response.end(pageOfSite);
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  sitePort = (site.address() as AddressInfo).port;
});
afterAll(async () => {
  await browser.close();
  rmSync(directory, { recursive: true, force: true });
  site.closeAllConnections();
  site.close();
});
beforeEach(async () => {
  home = new DaemonHome();
  client = await home.connect();
  pageOfSite = "<!doctype html><title>a site</title>";
  visits.length = 0;
});
afterEach(async () => {
  for (const page of browser.pages()) if (browser.pages().length > 1) await page.close();
  await home.remove();
});

interface Login {
  readonly url: string;
  readonly loginId: string;
  readonly csrf: string;
}

/** A login that waits, with what only its own page knows. */
async function login(provider = "openai", timeoutMs = 60_000, uiPort = 0): Promise<Login> {
  const started = await client.call("login.start", {
    profile: null,
    provider,
    connection: null,
    host: null,
    force: false,
    checks: { anyShape: false, doubtful: "ask", verify: false },
    timeoutMs,
    uiPort,
  });
  const csrf = /name="csrf" value="([^"]+)"/.exec(await (await fetch(started.url)).text())?.[1] ?? "";
  expect(csrf).not.toBe("");
  return { url: started.url, loginId: started.loginId, csrf };
}

const stored = async (): Promise<number> => (await client.call("connection.list", { profile: null })).connections.length;

/** Nothing was stored, and the person whose login it is can still finish it. */
async function expectUntouched({ url, csrf }: Login): Promise<void> {
  expect(await stored()).toBe(0);
  expect((await fetch(url)).status).toBe(200);
  const form = new URLSearchParams({ csrf, key: KEY });
  expect((await fetch(url, { method: "POST", body: form })).status).toBe(200);
  expect(await stored()).toBe(1);
}

/** Every way a page has of sending something somewhere; the answers it could read. */
function attempt(page: Page, target: { readonly url: string; readonly form: string }): Promise<unknown> {
  return page.evaluate(`(${tryEverything.toString()})(${JSON.stringify(target)})`);
}

async function openSite(origin: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(origin);
  return page;
}

const foreign = (): readonly string[] => [
  `http://shop.evil.test:${sitePort}`,
  `http://127.0.0.1:${sitePort}`,
  `http://localhost:${sitePort}`,
];

describe("the login form", () => {
  it("does nothing for a page of another origin, be it of another site or of another loopback port, whatever that knows and tries", async () => {
    for (const origin of foreign()) {
      const opened = await login();
      const page = await openSite(origin);
      expect(await attempt(page, { url: opened.url, form: `csrf=${opened.csrf}&key=${KEY}` })).toEqual([]);
      await expectUntouched(opened);
      await page.close();
      await home.remove();
      home = new DaemonHome();
      client = await home.connect();
    }
  }, 120_000);

  it("is there under its own names only: not rebound, not as 0.0.0.0, [::1] or an IPv6-mapped address", async () => {
    const opened = await login();
    for (const name of ["rb.evil.test", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.1.evil.test", "2130706433.evil.test"]) {
      const page = await browser.newPage();
      const answers: { readonly status: number; readonly length: string | undefined }[] = [];
      page.on("response", (response) => answers.push({ status: response.status(), length: response.headers()["content-length"] }));
      await page.goto(opened.url.replace("127.0.0.1", name)).catch(() => undefined);
      expect(
        answers.filter(({ status, length }) => status !== 403 || length !== "0"),
        name,
      ).toEqual([]);
      await page.close();
    }
    await expectUntouched(opened);
  });

  it("does nothing for a page that reaches it under a rebound name as its own origin", async () => {
    // The page is loaded from a server of its own; then that is gone, and keyward has the port.
    const theirs = createServer((_request, response) => response.setHeader("content-type", "text/html").end("<body></body>"));
    theirs.listen(0, "127.0.0.1");
    await once(theirs, "listening");
    const { port } = theirs.address() as AddressInfo;
    const page = await openSite(`http://rb.evil.test:${port}/`);
    theirs.closeAllConnections();
    theirs.close();
    await once(theirs, "close");
    const opened = await login("openai", 60_000, port);
    expect(new URL(opened.url).port).toBe(String(port));
    const tried = await page.evaluate(
      async ([path, body]) => {
        const headers = { "content-type": "application/x-www-form-urlencoded" };
        const answers = [await fetch(path), await fetch(path, { method: "POST", headers, body })];
        return Promise.all(answers.map(async (answer) => `${answer.status}${await answer.text()}`));
      },
      [new URL(opened.url).pathname, `csrf=${opened.csrf}&key=${KEY}`] as const,
    );
    expect(tried).toEqual(["403", "403"]);
    await expectUntouched(opened);
  });

  it("opened twice is filled once, and sets nothing that another loopback port could use", async () => {
    const opened = await login();
    const waiting = client.call("login.wait", { loginId: opened.loginId });
    const [one, other] = [await browser.newPage(), await browser.newPage()];
    for (const page of [one, other]) await page.goto(opened.url);
    await one.getByLabel("API key").fill(KEY);
    await other.getByLabel("API key").fill(`${KEY}Z9`);
    await one.keyboard.press("Enter");
    await one.getByRole("heading", { name: "Successfully logged in" }).waitFor();
    await other.getByRole("button", { name: "Save key" }).click();
    await other.getByRole("heading", { name: "Already done" }).waitFor();
    await waiting;
    const shown = await client.call("connection.list", { profile: null });
    expect(shown.connections).toHaveLength(1);
    // A click on a link to another port of this computer, and what that is told.
    await one.goto(`http://127.0.0.1:${sitePort}/elsewhere`);
    const told = visits.find(({ url }) => url === "/elsewhere");
    expect([told?.headers.cookie, told?.headers.referer, told?.headers.authorization]).toEqual([undefined, undefined, undefined]);
    expect(await browser.cookies()).toEqual([]);
    expect(await one.evaluate("JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage), document.cookie])")).toBe(
      '[[],[],""]',
    );
  });

  it("expired is worth nothing", async () => {
    const opened = await login("openai", 800);
    await client.call("login.wait", { loginId: opened.loginId }).catch(() => undefined);
    const late = await fetch(opened.url, { method: "POST", body: new URLSearchParams({ csrf: opened.csrf, key: KEY }) });
    expect(late.status).toBe(410);
    expect(await stored()).toBe(0);
  });

  it("shows names with markup in them as text", async () => {
    const name = `<img src=x onerror="document.title='owned'"><b>&amp;`;
    const definition = sampleDefinition({
      name,
      fields: [{ name: "key", label: `"><script>document.title='owned'</script>`, env: ["ACME_API_KEY"] }],
    });
    const path = join(home.root, "acme.json");
    const added = await client.call("provider.add", { path, text: JSON.stringify(definition), force: false }).then(
      () => true,
      // Refused is as good.
      () => false,
    );
    if (!added) return;
    const opened = await login("acme");
    const page = await browser.newPage();
    await page.goto(opened.url);
    expect(await page.title()).not.toBe("owned");
    expect(await page.locator("img, b, script").count()).toBe(0);
    expect(await page.locator("body").textContent()).toContain("<img src=x");
  });
});

describe("the proxy's port", () => {
  it("gives a page nothing but 407, dials nobody for it and takes no side effect", async () => {
    const env = { ...home.env, KEYWARD_CI: "1" };
    const started = await runKeyward(["run", "--dry-env", "--format", "json"], { env });
    const port = Number(new URL(JSON.parse(started.stdout)["HTTPS_PROXY"]).port);
    for (const origin of foreign()) {
      const page = await openSite(origin);
      const statuses: number[] = [];
      page.on("response", (response) => statuses.push(response.status()));
      visits.length = 0;
      for (const host of ["127.0.0.1", "localhost", "rb.evil.test", "0.0.0.0"]) {
        expect(await attempt(page, { url: `http://${host}:${port}/http://127.0.0.1:${sitePort}/through`, form: "a=b" })).toEqual([]);
      }
      expect(statuses.filter((status) => status < 400)).toEqual([]);
      expect(visits.filter(({ url }) => url?.includes("through") === true)).toEqual([]);
      await page.close();
    }
    expect(await stored()).toBe(0);
  }, 120_000);
});

describe("the daemon", () => {
  it.runIf(process.platform === "linux")("listens on 127.0.0.1 only, at the proxy and, while a login waits, at its form", async () => {
    await login();
    expect((await runKeyward(["run", "--dry-env"], { env: { ...home.env, KEYWARD_CI: "1" } })).exitCode).toBe(0);
    const listeners = listenersOf(home.pid ?? 0);
    expect(listeners.map(({ address }) => address)).toEqual(listeners.map(() => "0100007F"));
    expect(listeners).toHaveLength(2);
  });
});

/** TCP listeners of a process by /proc, IPv6 ones included. */
function listenersOf(pid: number): { readonly address: string; readonly port: number }[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === "0A" && inodes.has(fields[9] ?? ""))
      .map((fields) => ({ address: fields[1]?.split(":")[0] ?? "", port: Number.parseInt(fields[1]?.split(":")[1] ?? "0", 16) })),
  );
}
