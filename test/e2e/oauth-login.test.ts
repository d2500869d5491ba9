// OAuth with the real command, daemon and proxy, against a real authorization server: every flow, renewal, revocation, every refusal.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AUTH_HOST, type AuthorizationServer, startAuthorizationServer } from "../support/authorization-server.ts";
import type { LiveCommand } from "../support/keyward.ts";
import { type Json, sampleDefinition } from "../support/sample-provider.ts";
import { TempHome } from "../support/temp-home.ts";
import { withLimit } from "../support/wait.ts";
import { startTlsUpstream, type TlsUpstream } from "../support/tls-upstream.ts";

const API = "api.acme.test";
let server: AuthorizationServer;
let upstream: TlsUpstream;
let home: TempHome;

async function begin(lifetimeS = 3_600): Promise<void> {
  server = await startAuthorizationServer({ accessTokenLifetimeS: lifetimeS });
  upstream = await startTlsUpstream({ hosts: [API] });
  home = new TempHome();
  const roots = join(home.root, "roots.pem");
  writeFileSync(roots, upstream.authority.certificatePem + server.caPem);
  const resolve = [...upstream.resolveEntries([API]), `${AUTH_HOST}:443=127.0.0.1:${server.port}`];
  home.set({ "upstream.resolve": resolve, "upstream.ca_file": roots, "network.allow": ["127.0.0.0/8"] });
  await define({});
}

async function define(changes: Json): Promise<void> {
  const oauth = {
    flows: ["browser", "device", "token"],
    issuer: server.issuer,
    scopes: ["openid", "offline_access"],
    authorizationParameters: { prompt: "consent" },
    howToGetClientId: "Make an app.",
    ...changes,
  };
  const file = home.write("acme.json", JSON.stringify(sampleDefinition({ oauth })));
  await home.succeed(["provider", "add", file, "--force"]);
}

afterEach(async () => {
  await home.remove();
  await upstream.close();
  await server.close();
});

/** The first text on standard error that fits; it fails when the command ends without one. */
async function saw({ child, finished }: LiveCommand, pattern: RegExp): Promise<RegExpExecArray> {
  let text = "";
  const found = new Promise<RegExpExecArray>((resolve) => {
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    });
  });
  const ended = finished.then((done) => {
    throw new Error(`ended without it: ${done.stderr}`);
  });
  return withLimit(Promise.race([found, ended]), String(pattern));
}

const urlIn = async (live: LiveCommand): Promise<string> => (await saw(live, /Open (https:\S+) to log in/))[1] ?? "";

/** Walks through the pages and comes back to keyward. */
async function agree(live: LiveCommand, isAgreed = true): Promise<{ status: number; text: string }> {
  const { location } = await server.visit(await urlIn(live), isAgreed);
  const page = await fetch(location ?? "");
  return { status: page.status, text: await page.text() };
}

function login(...flags: string[]): LiveCommand {
  return home.spawn(["login", "acme", "--flow", "browser", "--no-browser", "--client-id", "public", ...flags]);
}

async function call(): Promise<string> {
  const script = home.write("call.mjs", `const answer = await fetch("https://${API}/v1/x"); process.exitCode = answer.ok ? 0 : 9;`);
  await home.succeed(["run", "--", process.execPath, script]);
  return String(upstream.requests.at(-1)?.headers["authorization"]);
}

describe("a login in the browser", () => {
  beforeEach(() => begin());

  it("stores the access, which a run then uses, and nothing shows the tokens", async () => {
    const live = login();
    expect(await agree(live)).toMatchObject({ status: 200, text: expect.stringContaining("You are logged in") as string });
    expect(await live.finished).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("Successfully logged in to acme (default)") as string,
    });
    const authorization = await call();
    expect(authorization).toMatch(/^Bearer [\w-]{20,}$/);
    const { stdout } = await home.succeed(["list", "--json"]);
    expect(stdout).toContain('"connected"');
    home.assertNoSecret([authorization.slice(7)]);
  });

  it("that is denied stores nothing and says so, in the page too", async () => {
    const live = login();
    expect((await agree(live, false)).status).toBe(400);
    const done = await live.finished;
    expect(done).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("access was denied (Acme)") as string });
    expect((await home.succeed(["list"])).stdout).not.toContain("default");
  });

  it("with a forged state ends, and the code goes nowhere", async () => {
    const live = login();
    const { location } = await server.visit(await urlIn(live));
    const before = server.counts.get("/token") ?? 0;
    expect((await fetch((location ?? "").replace(/state=[^&]+/, "state=forged"))).status).toBe(400);
    expect(await live.finished).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("does not belong to this login") as string });
    expect(server.counts.get("/token") ?? 0).toBe(before);
  });

  it("ends by Ctrl-C, and listens no more", async () => {
    const slow = login();
    const url = new URL(await urlIn(slow));
    slow.child.kill("SIGINT");
    expect(await slow.finished).toMatchObject({ exitCode: 130 });
    await expect
      .poll(() =>
        fetch(url.searchParams.get("redirect_uri") ?? "").then(
          () => "there",
          () => "gone",
        ),
      )
      .toBe("gone");
  });

  it.each([
    ["a client id the server does not know", ["--client-id", "unknown"]],
    ["a secret that is missing", ["--client-id", "confidential"]],
  ])("with %s says so", async (_what, flags) => {
    const live = home.spawn(["login", "acme", "--flow", "device", "--no-browser", ...flags]);
    expect(await live.finished).toMatchObject({ stderr: expect.stringContaining("does not accept the client id or its secret") as string });
  });

  it("says what flags mean without a flow, and which flows there are", async () => {
    expect(await home.run(["login", "acme", "--client-id", "x"])).toMatchObject({ exitCode: 2 });
    expect(await home.run(["login", "openai", "--flow", "browser"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("OpenAI has no login by 'browser'") as string,
    });
  });
});

describe("other ways", () => {
  beforeEach(() => begin());

  it("a code is shown and entered elsewhere", async () => {
    const live = home.spawn(["login", "acme", "--flow", "device", "--no-browser", "--client-id", "confidential", "--stdin"]);
    live.child.stdin.end(`${server.clientSecret}\n`);
    const [, code = "", url = ""] = await saw(live, /Enter the code (\S+) at (https:\S+)/);
    expect(await server.enterCode(`${url}?user_code=${code}`)).not.toBe("");
    expect(await live.finished).toMatchObject({ exitCode: 0 });
    expect(await call()).toMatch(/^Bearer /);
  });

  it("a client registers itself where the server lets it", async () => {
    await define({ registrationUrl: `${server.issuer}/reg` });
    const live = home.spawn(["login", "acme", "--flow", "browser", "--no-browser"]);
    expect((await agree(live)).status).toBe(200);
    expect(await live.finished).toMatchObject({ exitCode: 0 });
    expect(server.counts.get("/reg")).toBe(1);
  });

  it("without a client id it says how to get one", async () => {
    await define({ tokenUrl: `${server.issuer}/token`, authorizationUrl: `${server.issuer}/auth` });
    expect(await home.run(["login", "acme", "--flow", "browser", "--no-browser"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/client id is needed.*make an app.*--client-id ID/is) as string,
    });
  });

  it("a pasted refresh token that is not one is refused", async () => {
    const done = await home.run(["login", "acme", "--flow", "token", "--client-id", "public", "--stdin"], { stdin: "nonsense\n" });
    expect(done).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("does not accept the code or token any more") as string });
    expect(done.stderr + done.stdout).not.toContain("nonsense");
  });
});

describe("the access afterwards", () => {
  it("is renewed while runs go on, and ended by revoke", async () => {
    await begin(4);
    const live = login();
    await agree(live);
    await live.finished;
    const first = await call();
    await expect.poll(call, { timeout: 60_000, interval: 250 }).not.toBe(first);
    expect((await home.succeed(["revoke", "acme", "--yes"])).stdout).toContain("ended the access of acme (default) at the provider");
    expect(server.counts.get("/token/revocation")).toBe(1);
    expect(readFileSync(join(home.path, "config.json"), "utf8")).not.toContain("Bearer");
  });
});
