// Everything keyward listens on, as a page in a real browser can reach it: the login form and the proxy's port. The control API is a socket in
// a private directory, which no page reaches. Whatever a page tries, nothing is stored, no login ends, and nothing can be read.
import { readFileSync, readlinkSync, readdirSync } from "node:fs";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { ControlClient } from "../../src/control/client.ts";
import { clientHello } from "../../src/control/handshake.ts";
import { DaemonHome } from "../integration/daemon/daemon-home.ts";
import { ForeignPages, STRANGE_NAMES } from "../support/foreign-pages.ts";
import { runKeyward } from "../support/keyward.ts";
import { sampleDefinition } from "../support/sample-provider.ts";

const KEY = `sk-${"a1B2".repeat(12)}`;

let foreign: ForeignPages;
let home: DaemonHome;
let client: ControlClient;

beforeAll(async () => {
  foreign = await ForeignPages.open();
});
afterAll(() => foreign.close());
beforeEach(async () => {
  home = new DaemonHome();
  client = await home.connect();
});
afterEach(async () => {
  await foreign.closePages();
  await home.remove();
});

interface Login {
  readonly url: string;
  readonly loginId: string;
  readonly csrf: string;
}

/** A login that waits, with what only its own page knows. */
async function login(provider = "openai", timeoutMs = 170_000, uiPort = 0): Promise<Login> {
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

describe("the login form", () => {
  it("does nothing for a page of another origin, be it of another site or of another loopback port, whatever that knows and tries", async () => {
    const opened = await login();
    expect(await foreign.tryFromEverywhere([{ url: opened.url, form: `csrf=${opened.csrf}&key=${KEY}` }])).toEqual([]);
    await expectUntouched(opened);
  });

  it("is there under its own names only: not rebound, not as 0.0.0.0, [::1] or an IPv6-mapped address", async () => {
    const opened = await login();
    for (const name of STRANGE_NAMES) {
      const answers = await foreign.visitUnder(name, opened.url);
      expect(
        answers.filter(({ status, length }) => status !== 403 || length !== "0"),
        name,
      ).toEqual([]);
    }
    await expectUntouched(opened);
  });

  it("does nothing for a page that reaches it under a rebound name as its own origin", async () => {
    const { page, port } = await foreign.reboundPage();
    const opened = await login("openai", 170_000, port);
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
    const [one, other] = [await foreign.browser.newPage(), await foreign.browser.newPage()];
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
    await one.goto(`http://127.0.0.1:${foreign.sitePort}/elsewhere`);
    const told = foreign.visits.find(({ url }) => url === "/elsewhere");
    expect([told?.headers.cookie, told?.headers.referer, told?.headers.authorization]).toEqual([undefined, undefined, undefined]);
    expect(await foreign.browser.cookies()).toEqual([]);
    expect(await one.evaluate("JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage), document.cookie])")).toBe(
      '[[],[],""]',
    );
  });

  it("expired is worth nothing", async () => {
    const opened = await login("openai", 3_000);
    await expect(client.call("login.wait", { loginId: opened.loginId })).rejects.toMatchObject({ code: "LOGIN_EXPIRED" });
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
    const page = await foreign.browser.newPage();
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
    const seen = { answered: 0, failures: new Set<string>() };
    const isOurs = (url: string): boolean => url.includes(`:${port}/`);
    foreign.browser.on("response", (response) => (seen.answered += isOurs(response.url()) ? 1 : 0));
    foreign.browser.on("requestfailed", (request) => void (isOurs(request.url()) && seen.failures.add(request.failure()?.errorText ?? "")));
    const targets = ["127.0.0.1", "localhost", "rb.evil.test", "0.0.0.0"].map((host) => ({
      url: `http://${host}:${port}/http://127.0.0.1:${foreign.sitePort}/through`,
      form: "a=b",
    }));
    expect(await foreign.tryFromEverywhere(targets)).toEqual([]);
    // A 407 from what is no proxy to it: the browser shows a page nothing of it.
    expect(seen.answered).toBe(0);
    expect([...seen.failures]).toContain("net::ERR_UNEXPECTED_PROXY_AUTH");
    expect(foreign.visits.filter(({ url }) => url?.includes("through") === true)).toEqual([]);
    expect(await stored()).toBe(0);
  });
});

describe("the control API", () => {
  it("does nothing for a page even where its socket was forwarded to a port, whatever is sent as the body of a request", async () => {
    // What `ssh -L`, socat or a container make of a socket. The bytes of each connection are kept.
    const answered: string[] = [];
    const forward = createServer((browser) => {
      const socket = connect(home.paths.controlSocket);
      const at = answered.push("") - 1;
      socket.setEncoding("latin1").on("data", (text: string) => (answered[at] = `${answered[at] ?? ""}${text}`));
      for (const end of [browser, socket]) end.on("error", () => end.destroy());
      browser.pipe(socket).pipe(browser);
    }).listen(0, "127.0.0.1");
    await once(forward, "listening");
    onTestFinished(() => void forward.close());
    const { port } = forward.address() as AddressInfo;
    const calls = [
      clientHello(true),
      { id: 1, method: "connection.list", params: { profile: null } },
      { id: 2, method: "daemon.stop", params: {} },
    ];
    const body = calls.map((line) => JSON.stringify(line)).join("\n");
    const pid = home.pid;
    const targets = ["127.0.0.1", "localhost", "rb.evil.test", "0.0.0.0"].map((host) => ({
      url: `http://${host}:${port}/`,
      form: `${body}\n`,
    }));
    expect(await foreign.tryFromEverywhere(targets)).toEqual([]);
    for (const name of STRANGE_NAMES) expect(await foreign.visitUnder(name, `http://127.0.0.1:${port}/`)).toEqual([]);
    // Each was told that it is no caller, and its connection ended.
    expect(answered.length).toBeGreaterThan(targets.length);
    expect(answered.filter((text) => text !== "" && !text.includes("DAEMON_PROTOCOL"))).toEqual([]);
    expect(answered.some((text) => text.includes("DAEMON_PROTOCOL"))).toBe(true);
    expect([await stored(), home.pid]).toEqual([0, pid]);
  });
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
