import { once } from "node:events";
import { createServer, get, request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { listenForRedirect, type RedirectAddress, type RedirectListener } from "../../../src/oauth/redirect-listener.ts";
import { codeOf } from "../../support/oauth-answers.ts";

const pages = { stored: "<p>stored</p>", failed: "<p>failed</p>", foreign: "<p>foreign</p>", policy: "default-src 'none'" };
const open: RedirectListener[] = [];
afterEach(() => {
  for (const listener of open.splice(0)) listener.close();
});

async function listen(change: Partial<RedirectAddress> = {}): Promise<RedirectListener> {
  const listener = await listenForRedirect({ host: "127.0.0.1", port: 0, pages, ...change });
  open.push(listener);
  return listener;
}

interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

function ask(url: string, options: { readonly method?: string; readonly headers?: Record<string, string> } = {}): Promise<Page> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { ...options, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("the redirect listener", () => {
  it("gives the query of the one answer, shows how it ended, and is gone", async () => {
    const listener = await listen();
    const arrival = listener.arrivalOf("s1");
    const page = ask(`${listener.redirectUri}?code=c&state=s1`);
    const { query, respond } = await arrival;
    expect(Object.fromEntries(query)).toEqual({ code: "c", state: "s1" });
    // While the code is still being traded nobody else gets in.
    await expect(ask(`${listener.redirectUri}?code=c&state=s1`)).rejects.toThrow(/ECONNREFUSED/);
    respond(true);
    expect(await page).toMatchObject({ status: 200, text: pages.stored });
    expect((await page).headers).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": pages.policy,
      "referrer-policy": "no-referrer",
      connection: "close",
    });
  });

  it("says in the page that it failed", async () => {
    const listener = await listen();
    const arrival = listener.arrivalOf("s1");
    const page = ask(`${listener.redirectUri}?error=access_denied&state=s1`);
    (await arrival).respond(false);
    expect(await page).toMatchObject({ status: 400, text: pages.failed });
  });

  it.each<[string, number, (base: string) => Promise<Page>]>([
    ["a favicon", 404, (base) => ask(base.replace("/callback", "/favicon.ico"))],
    ["the root", 404, (base) => ask(base.replace("/callback", "/"))],
    ["another path with the state", 404, (base) => ask(base.replace("/callback", "/callback2?state=s1"))],
    ["no query", 404, (base) => ask(base)],
    ["a query as long as a novel", 404, (base) => ask(`${base}?state=s1&x=${"x".repeat(9_000)}`)],
    ["HEAD", 405, (base) => ask(`${base}?state=s1`, { method: "HEAD" })],
    ["POST", 405, (base) => ask(`${base}?state=s1`, { method: "POST" })],
    ["OPTIONS", 405, (base) => ask(`${base}?state=s1`, { method: "OPTIONS" })],
    ["a name that was pointed here", 403, (base) => ask(`${base}?state=s1`, { headers: { host: "evil.test" } })],
    ["another port in Host", 403, (base) => ask(`${base}?state=s1`, { headers: { host: "127.0.0.1:1" } })],
    ["an image in a page", 403, (base) => ask(`${base}?state=s1`, { headers: { "sec-fetch-dest": "image", "sec-fetch-mode": "no-cors" } })],
    ["a frame", 403, (base) => ask(`${base}?state=s1`, { headers: { "sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate" } })],
    ["a prefetch", 403, (base) => ask(`${base}?state=s1`, { headers: { "sec-purpose": "prefetch;prerender" } })],
  ])("refuses %s, which takes nothing", async (_what, status, knock) => {
    const listener = await listen();
    const arrival = listener.arrivalOf("s1");
    expect(await knock(listener.redirectUri)).toMatchObject({ status, text: "" });
    const page = ask(`${listener.redirectUri}?code=c&state=s1`);
    (await arrival).respond(true);
    expect((await page).status).toBe(200);
  });

  it.each(["?code=c&state=other", "?code=c", "?code=c&state=s1&state=s1", "?code=c&state=S1"])(
    "takes nothing of %s, says so, and goes on waiting for its own",
    async (query) => {
      const listener = await listen();
      const arrival = listener.arrivalOf("s1");
      expect(await ask(`${listener.redirectUri}${query}`)).toMatchObject({ status: 400, text: pages.foreign });
      const page = ask(`${listener.redirectUri}?code=own&state=s1`);
      const { query: taken, respond } = await arrival;
      respond(true);
      expect(taken.get("code")).toBe("own");
      expect((await page).status).toBe(200);
    },
  );

  it("ends after an answer of another login when its own does not come", async () => {
    const listener = await listen({ graceMs: 20 });
    const arrival = listener.arrivalOf("s1");
    await ask(`${listener.redirectUri}?code=c&state=other`);
    expect((await arrival).query.get("state")).toBe("other");
    await expect(ask(listener.redirectUri)).rejects.toThrow(/ECONNREFUSED/);
  });

  it("answers nobody before it knows what to wait for", async () => {
    const listener = await listen();
    expect((await ask(`${listener.redirectUri}?state=null`)).status).toBe(404);
  });

  it("is not held up by a connection that says nothing", async () => {
    const listener = await listen();
    const arrival = listener.arrivalOf("s1");
    const silent = connect(Number(new URL(listener.redirectUri).port), "127.0.0.1");
    await once(silent, "connect");
    const page = ask(`${listener.redirectUri}?state=s1`);
    (await arrival).respond(true);
    expect((await page).status).toBe(200);
    silent.destroy();
  });

  it("frees its port when it is closed", async () => {
    const listener = await listen();
    listener.close();
    const port = Number(new URL(listener.redirectUri).port);
    expect(new URL((await listen({ port })).redirectUri).port).toBe(String(port));
  });

  it("says that its port is taken, also the one of ::1 that a browser may take for localhost", async () => {
    for (const [host, address] of [
      ["127.0.0.1", "127.0.0.1"],
      ["localhost", "::1"],
    ] as const) {
      const other = createServer().listen(0, address);
      const isThere = await Promise.race([once(other, "listening").then(() => true), once(other, "error").then(() => false)]);
      if (!isThere) continue;
      expect(await codeOf(listen({ host, port: (other.address() as AddressInfo).port }))).toBe("PORT_TAKEN");
      other.close();
    }
  });

  it("answers localhost under both of its addresses", async () => {
    const listener = await listen({ host: "localhost" });
    expect(listener.redirectUri).toMatch(/^http:\/\/localhost:\d+\/callback$/);
    const { port } = new URL(listener.redirectUri);
    const status = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        get({ host, port, path: "/", headers: { host: `localhost:${port}` }, agent: false }, (answer) => resolve(answer.statusCode)).on(
          "error",
          reject,
        );
      });
    expect(await status("127.0.0.1")).toBe(404);
    const ipv6 = await status("::1").catch((error: { code: string }) => error.code);
    expect([404, "EADDRNOTAVAIL", "ECONNREFUSED"]).toContain(ipv6);
  });
});
