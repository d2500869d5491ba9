// Behind a company's proxy that inspects TLS: nothing to set up beyond the environment the user has anyway.
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CLI } from "../support/keyward.ts";
import { describeWithClients } from "../support/clients.ts";
import { type ParentProxy, startParentProxy } from "../support/parent-proxy.ts";
import { makeKey, Scene } from "../support/scene.ts";
import { TempHome } from "../support/temp-home.ts";
import { startTlsUpstream, type TlsUpstream } from "../support/tls-upstream.ts";

const HOSTS = ["api.openai.com", "intranet.test"];
const CALL = `curl -sS --max-time 20 -H "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1`;
let upstream: TlsUpstream;
let parent: ParentProxy;
let scene: Scene;
let env: Record<string, string>;

beforeEach(async () => {
  upstream = await startTlsUpstream({ hosts: HOSTS, answer: () => ({ body: "PONG" }) });
  parent = await startParentProxy(upstream.port);
  // No upstream.ca_file, no upstream.proxy, no upstream.resolve: the names resolve nowhere, only the proxy knows them.
  scene = new Scene(new TempHome({ settings: {} }), upstream);
  const roots = join(scene.home.root, "company.pem");
  writeFileSync(roots, upstream.authority.certificatePem);
  env = { HTTPS_PROXY: parent.url, SSL_CERT_FILE: roots };
});
afterEach(async () => {
  await scene.close();
  await parent.close();
});

const run = (script: string, changes: Record<string, string> = {}) =>
  scene.home.run(["run", "--", "sh", "-c", script], { env: { ...env, ...changes } });

describeWithClients(["curl"], "a company's proxy and roots in the environment", () => {
  it("are used for injected requests and blind tunnels, and the child sees neither", async () => {
    const key = await scene.login("openai");
    const done = await run(`${CALL}; curl -sS --max-time 20 https://intranet.test/; env`);
    expect(done).toMatchObject({ exitCode: 0, stderr: "" });
    expect(done.stdout).toMatch(/^PONGPONG/);
    expect(upstream.requests.map(({ headers }) => headers["authorization"])).toEqual([`Bearer ${key}`, undefined]);
    expect(parent.targets).toEqual(["api.openai.com:443", "intranet.test:443"]);
    expect(done.stdout).not.toContain(parent.password);
    scene.home.assertNoSecret([key, parent.password]);
  });

  it("count for this run alone, and outlive the daemon", async () => {
    await scene.login("openai");
    const script = `${CALL}; env -i KEYWARD_HOME="$KEYWARD_HOME" KEYWARD_KEYCHAIN=off PATH="$PATH" HOME="$HOME" ${process.execPath} ${CLI} daemon restart >/dev/null; ${CALL}`;
    expect(await run(script)).toMatchObject({ exitCode: 0, stdout: "PONGPONG" });
    const other = await run(CALL, { HTTPS_PROXY: "" });
    expect(other.stdout).toContain("UPSTREAM_UNREACHABLE");
    expect(parent.targets).toHaveLength(2);
    scene.home.assertNoSecret([parent.password]);
  });

  it("are the outer run's in a run inside a run, which cannot name its own", async () => {
    await scene.login("openai");
    const nested = `${process.execPath} ${CLI} run -- sh -c '${CALL}'`;
    expect(await run(nested)).toMatchObject({ exitCode: 0, stdout: "PONG" });
    const thief = await startParentProxy(upstream.port);
    expect(await run(`HTTPS_PROXY=${thief.url} https_proxy= HTTP_PROXY= http_proxy= ${nested}`)).toMatchObject({ stdout: "PONG" });
    expect(thief.targets).toEqual([]);
    await thief.close();
    expect(parent.targets).toHaveLength(2);
  });

  it("that are broken are named, and what the proxy is not for still works", async () => {
    await scene.login("openai");
    const refused = await run(CALL, { HTTPS_PROXY: parent.url.replace(parent.password, "wrong") });
    expect(JSON.parse(refused.stdout)).toMatchObject({
      error: { code: "UPSTREAM_PROXY", message: "the parent proxy of HTTPS_PROXY asks for other credentials" },
    });
    scene.home.set({ "upstream.resolve": upstream.resolveEntries(HOSTS), "network.allow": ["127.0.0.0/8"] });
    const gone = { HTTPS_PROXY: "http://127.0.0.1:1" };
    expect((await run(CALL, gone)).stdout).toContain("the parent proxy of HTTPS_PROXY cannot be reached");
    expect((await run(CALL, { ...gone, NO_PROXY: "openai.com" })).stdout).toBe("PONG");
    const socks = await run(CALL, { HTTPS_PROXY: "", ALL_PROXY: "socks5://127.0.0.1:1" });
    expect(socks.stdout).toBe("PONG");
    expect(socks.stderr).toMatch(/^warning: ALL_PROXY names a SOCKS proxy.*\n$/);
  });
});

it("a key that the environment brings along under another name is the placeholder in the child", async () => {
  const key = await scene.login("openai");
  scene.home.write(".env", `KEY=${key}\n`);
  const basic = Buffer.from(`me:${key}`).toString("base64");
  const done = await run(`printf '%s|' "$MINE" "$DATABASE_URL" "$BASIC" "$OPENAI_API_KEY"`, {
    MINE: key,
    DATABASE_URL: `postgres://me:${key}@db/x`,
    BASIC: basic,
    UNKNOWN: makeKey("openai"),
  });
  const [mine, url, encoded, placeholder] = done.stdout.split("|");
  expect([mine, url]).toEqual([placeholder, `postgres://me:${placeholder}@db/x`]);
  expect(Buffer.from(encoded ?? "", "base64").toString()).toBe(`me:${placeholder}`);
  expect(done.stderr).toBe(
    "warning: BASIC, DATABASE_URL, MINE held a stored secret; the program gets its placeholder instead\n" +
      "warning: .env in this directory holds a stored secret, which the program can read; take it out there\n",
  );
});
