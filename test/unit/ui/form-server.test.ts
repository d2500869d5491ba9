import { createServer, type Server } from "node:net";
import { request } from "node:http";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { FormServer, type OpenForm } from "../../../src/ui/form-server.ts";
import type { FormValues, LoginForm, Submit, SubmitOutcome } from "../../../src/ui/login-form.ts";

const FORM: LoginForm = {
  providerName: "Twilio <b>",
  connection: "twilio (work)",
  hosts: ["api.twilio.com"],
  fields: [
    { name: "account_sid", label: "Account SID", secret: false, optional: false, hint: "starts with AC" },
    { name: "auth_token", label: "Auth token", secret: true, optional: false, hint: null },
  ],
  keysUrl: "https://console.twilio.com/",
  replaces: false,
  expiresAtMs: 0,
};
const VALUES = { account_sid: "AC1", auth_token: "t-value" };

let servers: FormServer[] = [];
let blockers: Server[] = [];

afterEach(() => {
  for (const server of servers) server.close();
  for (const blocker of blockers) blocker.close();
  servers = [];
  blockers = [];
});

interface Opened {
  readonly server: FormServer;
  readonly form: OpenForm;
  readonly url: string;
  readonly submitted: FormValues[];
}

async function open(
  answer: SubmitOutcome | Submit = { kind: "stored", notices: [] },
  lingerMs = 60_000,
  shown: LoginForm = FORM,
): Promise<Opened> {
  const server = new FormServer(lingerMs);
  servers.push(server);
  const submitted: FormValues[] = [];
  const submit: Submit = async (values, choices) => {
    submitted.push(values);
    return typeof answer === "function" ? answer(values, choices) : answer;
  };
  const form = await server.open(shown, submit, 0);
  return { server, form, url: form.url, submitted };
}

async function csrfOf(url: string): Promise<string> {
  return /name="csrf" value="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? "";
}

function post(
  url: string,
  body: Record<string, string> | URLSearchParams | string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const text = typeof body === "string" ? body : new URLSearchParams(body).toString();
  return fetch(url, {
    method: "POST",
    body: text,
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });
}

/** fetch will not send a Host of one's own. */
function rawStatus(url: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.once("error", reject);
    sent.end();
  });
}

describe("the page", () => {
  it("has a labelled input for every field, masked when secret, and says what it is for", async () => {
    const { url } = await open();
    const page = await (await fetch(url)).text();
    expect(page).toContain("Log in to Twilio &lt;b&gt;");
    expect(page).toMatch(/<label for="field-auth_token">Auth token<\/label>\s*<input[^>]*name="auth_token"[^>]*type="password"/);
    expect(page).toMatch(/<input[^>]*name="account_sid"[^>]*type="text"[^>]*aria-describedby="hint-account_sid"/);
    expect(page).toContain('id="hint-account_sid">starts with AC');
    expect(page).toMatch(/<a href="https:\/\/console.twilio.com\/" rel="noreferrer noopener"/);
    expect(page).toContain("<code>api.twilio.com</code>");
    expect(page).not.toMatch(/<script|<style|style=|onload=|onclick=/);
  });

  it("comes with every header that keeps others out", async () => {
    const { url } = await open();
    for (const response of [await fetch(url), await fetch(`${url}/style.css`), await fetch(`${url}x`)]) {
      const headers = Object.fromEntries(response.headers);
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      expect(headers["content-security-policy"]).not.toContain("unsafe");
      expect(headers).not.toHaveProperty("set-cookie");
      expect(headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  it("can be read any number of times without effect", async () => {
    const { url, submitted } = await open();
    for (let i = 0; i < 3; i++) expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
    expect((await fetch(`${url}?auth_token=x&csrf=y`)).status).toBe(404);
    expect(submitted).toEqual([]);
  });

  it.each(["/", "/login", "/login/", "/favicon.ico", "/login/guess", "/style.css", "//evil.test/"])(
    "is nowhere else: %s is an empty 404",
    async (path) => {
      const { url } = await open();
      const response = await fetch(new URL(url).origin + path);
      expect([response.status, await response.text()]).toEqual([404, ""]);
    },
  );

  it("is refused under any other host name, without a word", async () => {
    const { url } = await open();
    const { port } = new URL(url);
    for (const host of ["rb.evil.test", `rb.evil.test:${port}`, `0.0.0.0:${port}`, `[::1]:${port}`]) {
      expect(await rawStatus(url, { host })).toEqual({ status: 403, body: "" });
    }
    expect((await rawStatus(url, { host: `localhost:${port}` })).status).toBe(200);
  });

  it("has a path of its own for every login", async () => {
    const first = await open();
    const second = await first.server.open(FORM, async () => ({ kind: "stored", notices: [] }), 0);
    expect(new URL(second.url).port).toBe(new URL(first.url).port);
    expect(second.url).not.toBe(first.url);
    expect(new URL(first.url).pathname.split("/")[2]).toHaveLength(43);
  });
});

describe("a submission", () => {
  it("hands over the fields and ends the form", async () => {
    const { url, submitted } = await open({ kind: "stored", notices: ["a notice & more"] });
    const response = await post(url, { csrf: await csrfOf(url), ...VALUES });
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain("Successfully logged in");
    expect(page).toContain("a notice &amp; more");
    expect(page).not.toContain(VALUES.auth_token);
    expect(submitted).toEqual([VALUES]);
  });

  it("after the first is answered 'already done', reading as well", async () => {
    const { url, submitted } = await open();
    const csrf = await csrfOf(url);
    await post(url, { csrf, ...VALUES });
    for (const again of [await post(url, { csrf, ...VALUES }), await fetch(url)]) {
      expect(again.status).toBe(410);
      expect(await again.text()).toContain("already done");
    }
    expect(submitted).toHaveLength(1);
  });

  it("sent twice at once counts once", async () => {
    const { url, submitted } = await open();
    const csrf = await csrfOf(url);
    const both = await Promise.all([post(url, { csrf, ...VALUES }), post(url, { csrf, ...VALUES })]);
    expect(both.map((response) => response.status).sort((a, b) => a - b)).toEqual([200, 410]);
    expect(submitted).toHaveLength(1);
  });

  it("of a bad value shows why, keeps the form and never shows the value", async () => {
    const outcomes: SubmitOutcome[] = [
      { kind: "retry", message: "keys start with <AC>", hint: "copy it again", field: "auth_token", override: null },
      { kind: "stored", notices: [] },
    ];
    const { url } = await open(async () => outcomes.shift()!);
    const csrf = await csrfOf(url);
    const wrong = await post(url, { csrf, ...VALUES });
    const page = await wrong.text();
    expect(wrong.status).toBe(422);
    expect(page).toMatch(/role="alert"[^>]*>Keys start with &lt;AC&gt;\./);
    expect(page).toMatch(/name="auth_token"[^>]*aria-invalid="true"/);
    expect(page).not.toMatch(/name="account_sid"[^>]*aria-invalid/);
    expect(page).not.toContain(VALUES.auth_token);
    expect(page).not.toContain(VALUES.account_sid);
    expect((await post(url, { csrf, ...VALUES })).status).toBe(200);
  });

  it("that fails for good ends the form with the error's status", async () => {
    const { url } = await open({ kind: "failed", status: 507, message: "the disk is full", hint: null });
    const csrf = await csrfOf(url);
    const failed = await post(url, { csrf, ...VALUES });
    expect([failed.status, (await failed.text()).includes("The disk is full.")]).toEqual([507, true]);
    expect((await post(url, { csrf, ...VALUES })).status).toBe(410);
  });

  it.each([
    ["a wrong csrf token", { csrf: "x".repeat(43), ...VALUES }, 403],
    ["no csrf token", VALUES, 403],
    ["a field missing", { csrf: "?", account_sid: "AC1" }, 400],
    ["a field too many", { csrf: "?", ...VALUES, more: "x" }, 400],
  ])("with %s is refused", async (_what, body: Record<string, string>, status) => {
    const { url, submitted } = await open();
    const sent = body["csrf"] === "?" ? { ...body, csrf: await csrfOf(url) } : body;
    expect((await post(url, sent)).status).toBe(status);
    expect(submitted).toEqual([]);
  });

  it("of a client sends the browser on to exactly the provider's page, and ends the form", async () => {
    const onwardUrl = "https://auth.acme.test/authorize?state=a%20b&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcallback";
    const { url } = await open({ kind: "onward", url: onwardUrl }, 60_000, { ...FORM, asksClient: true });
    const shown = await fetch(url);
    // The browser holds the policy of the form against the redirects that follow.
    expect(shown.headers.get("content-security-policy")).toContain("form-action 'self' https: http://127.0.0.1:* http://localhost:*;");
    expect(shown.headers.get("content-security-policy")).toContain("default-src 'none'");
    const csrf = /name="csrf" value="([^"]+)"/.exec(await shown.text())?.[1] ?? "";
    const sent = await post(url, { csrf, ...VALUES });
    expect(sent.status).toBe(303);
    expect(sent.headers.get("location")).toBe(onwardUrl);
    expect(sent.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await sent.text()).toBe("");
    expect((await post(url, { csrf, ...VALUES })).status).toBe(410);
    expect(await (await fetch(url)).text()).toContain("goes on elsewhere");
  });

  it("of a key may be sent to keyward alone", async () => {
    const { url } = await open();
    expect((await fetch(url)).headers.get("content-security-policy")).toContain("form-action 'self';");
  });

  it("with a field doubled is refused", async () => {
    const { url, submitted } = await open();
    const body = new URLSearchParams({ csrf: await csrfOf(url), ...VALUES });
    body.append("auth_token", "second");
    expect((await post(url, body)).status).toBe(400);
    expect(submitted).toEqual([]);
  });

  it("from another site is refused before the body is read", async () => {
    const { url, submitted } = await open();
    const csrf = await csrfOf(url);
    expect((await post(url, { csrf, ...VALUES }, { origin: "http://evil.test" })).status).toBe(403);
    expect((await post(url, { csrf, ...VALUES }, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await post(url, JSON.stringify({ csrf, ...VALUES }), { "content-type": "application/json" })).status).toBe(415);
    expect(submitted).toEqual([]);
  });

  it("over 64 KiB is refused, declared or not", async () => {
    const { url, submitted } = await open();
    const csrf = await csrfOf(url);
    const long = new URLSearchParams({ csrf, ...VALUES, auth_token: "x".repeat(70_000) }).toString();
    expect((await post(url, long)).status).toBe(413);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from(long));
        controller.close();
      },
    });
    const chunked = await fetch(url, {
      method: "POST",
      body: stream,
      duplex: "half",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(chunked.status).toBe(413);
    expect(submitted).toEqual([]);
  });
});

describe("the listener", () => {
  it("says why a form has ended, then is gone", async () => {
    const { url, form, server } = await open(undefined, 50);
    form.end("cancelled");
    const page = await fetch(url);
    expect([page.status, (await page.text()).includes("ended in the terminal")]).toEqual([410, true]);
    await expect.poll(() => server.port).toBeNull();
    await expect(fetch(url)).rejects.toThrow();
  });

  it("stays for another login that is open", async () => {
    const { form, server } = await open(undefined, 1);
    const second = await server.open(FORM, async () => ({ kind: "stored", notices: [] }), 0);
    form.end("stored");
    await expect.poll(async () => (await fetch(form.url)).status).toBe(404);
    expect((await fetch(second.url)).status).toBe(200);
  });

  it("takes any port when the usual one is taken, and fails on a fixed one", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    blockers.push(blocker);
    await once(blocker, "listening");
    const { port } = blocker.address() as { port: number };
    const server = new FormServer();
    servers.push(server);
    const submit: Submit = async () => ({ kind: "stored", notices: [] });
    await expect(server.open(FORM, submit, port)).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining(String(port)) as string,
    });
    expect(server.port).toBeNull();
    const { url } = await server.open(FORM, submit, 0);
    expect((await fetch(url)).status).toBe(200);
  });

  it("listens on loopback alone", async () => {
    const { url } = await open();
    expect(new URL(url).hostname).toBe("127.0.0.1");
  });
});
