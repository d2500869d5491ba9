// Where a key could be left behind when things go wrong: the most talkative log, upstreams that fail in every way, a daemon that crashes over
// an error which quotes the key, what a stranger writes into paths. Everything keyward writes and prints is searched for it in every spelling.
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { quietPort } from "../../scripts/quiet-port.mjs";
import { daemonEnvironment } from "../../src/config/environment.ts";
import { resolvePaths } from "../../src/config/paths.ts";
import { ensureDaemon } from "../../src/control/start-daemon.ts";
import { randomText } from "../../src/core/ids.ts";
import { assertNoSecret, encodedForms } from "../support/assert-no-secret.ts";
import { spawnProgram } from "../support/keyward.ts";
import { LiveChild } from "../support/live-child.ts";
import { sampleDefinition } from "../support/sample-provider.ts";
import { makeKey, openScene, type Scene } from "../support/scene.ts";
import { TempHome } from "../support/temp-home.ts";
import { withLimit } from "../support/wait.ts";

const BOOT = fileURLToPath(new URL("../../dist/daemon/boot.js", import.meta.url));

let scene: Scene | undefined;
let child: LiveChild | undefined;
afterEach(async () => {
  await child?.end().catch(() => {});
  child = undefined;
  await scene?.close();
  scene = undefined;
});

const auditOf = (home: TempHome): string =>
  readdirSync(join(home.path, "profiles"))
    .filter((name) => /\.audit\.jsonl(?:\.\d+)?$/.test(name))
    .map((name) => readFileSync(join(home.path, "profiles", name), "utf8"))
    .join("");

describe("a credential on its way", () => {
  it("is in the audit before it arrives", async () => {
    const opened = (scene = await openScene());
    const key = await opened.login("openai");
    const seen: { readonly authorization: unknown; readonly audit: string }[] = [];
    opened.upstream.answerWith(({ headers }) => {
      seen.push({ authorization: headers["authorization"], audit: auditOf(opened.home) });
      return { body: "ok" };
    });
    child = new LiveChild(opened.home);
    for (let at = 1; at <= 5; at++) {
      expect((await child.askOpenai()).status).toBe(200);
      expect(seen.at(-1)?.authorization).toBe(`Bearer ${key}`);
      expect(seen.at(-1)?.audit.match(/"kind":"release"/g)).toHaveLength(at);
    }
  });
});

describe("under trace logging", () => {
  it("no failing upstream leaves the key, the query or a header of the request in any output, file, argument or environment", async () => {
    const opened = (scene = await openScene());
    const home = opened.home;
    const [inQuery, inHeader] = [`query-${randomText(24)}`, `header-${randomText(24)}`];
    // The daemon starts with the level of the command that starts it.
    await home.succeed(["daemon", "start"], { env: { KEYWARD_LOG_LEVEL: "trace" } });
    await opened.login("openai");
    await addAcme(opened);
    const [refused, silent, mute] = [
      await quietPort(),
      await listen(() => undefined),
      await listen((socket) => socket.end("no TLS\r\n\r\n")),
    ];
    const silentHost = `api.silent.invalid:443=127.0.0.1:${silent}`;
    home.set({ "upstream.resolve": [silentHost] });
    const [run, patient] = [new LiveChild(home), new LiveChild(home)];
    child = run;
    onTestFinished(() => patient.end().then(() => undefined));
    const ask = (url: string, variable: string, by = run) =>
      by.request(`${url}?q=${inQuery}`, { headers: { authorization: `Bearer $${variable}`, "x-note": inHeader } });
    // Whoever says nothing is waited for: meanwhile the others.
    const late = ask("https://api.silent.invalid/v1/things", "ACME_API_KEY", patient);
    const answers = [await ask("https://api.acme.invalid/v1/things", "ACME_API_KEY")];
    for (const port of [refused, mute]) {
      home.set({ "upstream.resolve": [silentHost, `api.openai.com:443=127.0.0.1:${port}`] });
      answers.push(await ask("https://api.openai.com/v1/models", "OPENAI_API_KEY"));
    }
    home.set({ "upstream.resolve": opened.upstream.resolveEntries(["api.openai.com"]) });
    answers.push(await ask("https://api.openai.com/v1/models", "OPENAI_API_KEY"));
    answers.push(await late);
    const codes = answers.map(({ status, body }) =>
      status === 200 ? "200" : (JSON.parse(body) as { error: { code: string } }).error.code,
    );
    expect(codes[0]).toMatch(/^UPSTREAM_/);
    expect(codes.slice(1)).toEqual(["UPSTREAM_UNREACHABLE", "UPSTREAM_TLS", "200", "UPSTREAM_TIMEOUT"]);
    for (const { body } of answers) for (const text of [inQuery, inHeader]) expect(body).not.toContain(text);
    // While all of it runs: what other processes of the machine can see of ours.
    const visible = home
      .daemonPids()
      .concat(run.command.child.pid ?? 0)
      .flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
    assertNoSecret({ canaries: opened.keys, texts: visible.map((path) => readIfAllowed(path)) });
    await Promise.all([run.end(), patient.end()]);
    await showForm(opened);
    for (const args of [
      ["audit", "list", "--json"],
      ["audit", "export"],
      ["daemon", "status"],
      ["list", "--json"],
    ])
      await home.succeed(args);
    expect(readFileSync(join(home.path, "state", "daemon.log"), "utf8")).toContain('"level":');
    opened.assertNoSecret();
    home.assertNoSecret([inQuery, inHeader]);
  });

  it("what a stranger writes into a path or a name stays one line that no terminal obeys", async () => {
    const opened = (scene = await openScene());
    await opened.home.succeed(["daemon", "start"], { env: { KEYWARD_LOG_LEVEL: "trace" } });
    await opened.login("openai");
    child = new LiveChild(opened.home);
    const hostile = `%1b]52;c;aGk=%07%0d%0a%7b%22seq%22:1%7d\u202e${"a".repeat(3_000)}`;
    await child.request(`https://api.openai.com/${hostile}`, {
      headers: { authorization: "Bearer $OPENAI_API_KEY", "user-agent": "\u001b[2J".replace("\u001b", "~") },
    });
    await child.end();
    const lines = [auditOf(opened.home), readFileSync(join(opened.home.path, "state", "daemon.log"), "utf8")]
      .join("")
      .split("\n")
      .filter((line) => line !== "");
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    const shown = await opened.home.succeed(["audit", "list"]);
    expect(`${lines.join("")}${shown.stdout.replaceAll("\n", "")}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect((await opened.home.succeed(["audit", "verify", "--json"])).stdout).toContain('"ok":true');
  });
});

describe("a key that goes into the query", () => {
  it("is in no record, in no Location that comes back and in no Referer", async () => {
    const opened = (scene = await openScene({ hosts: ["api.acme.test"] }));
    const definition = sampleDefinition({
      inject: [[{ in: "query", name: "key", template: "{key}" }]],
      examples: { match: ["GET https://api.acme.test/v1/things"], ignore: ["GET https://acme.test/"] },
    });
    await opened.home.succeed(["provider", "add", opened.home.write("acme.json", JSON.stringify(definition))]);
    const key = `acme-${randomText(40)}`;
    opened.keys.push(key);
    await opened.home.succeed(["login", "acme", "--stdin"], { stdin: `${key}\n` });
    opened.upstream.answerWith(({ target }) =>
      target.startsWith("/first")
        ? { status: 200, headers: { location: `https://api.acme.test${target}` }, body: "moved" }
        : { body: "ok" },
    );
    child = new LiveChild(opened.home);
    const first = await child.request("https://api.acme.test/first?key=$ACME_API_KEY");
    expect(opened.upstream.requests[0]?.target).toBe(`/first?key=${key}`);
    expect(first.headers["location"]).not.toContain(key);
    await child.request("https://api.acme.test/second", { headers: { referer: "https://api.acme.test/first?key=$ACME_API_KEY" } });
    // Each was the key's own host, and still the field has what the child wrote.
    expect(String(opened.upstream.requests[1]?.headers["referer"])).not.toContain(key);
    await child.end();
    expect(auditOf(opened.home)).toContain('"path":"/first"');
    await opened.home.succeed(["audit", "list"]);
    opened.assertNoSecret();
  });
});

describe("a daemon that crashes over an error which quotes a key", () => {
  it.each(["exception", "rejection"] as const)("writes where it was, and nothing of what the %s said", async (kind) => {
    const home = new TempHome();
    onTestFinished(() => home.remove());
    const key = `sk-${randomText(48)}`;
    const script = home.write(
      "crash.mjs",
      `import { readFileSync, rmSync } from "node:fs";
       const { boot } = await import(${JSON.stringify(pathToFileURL(BOOT).href)});
       await boot();
       const key = readFileSync(process.argv[2], "utf8");
       rmSync(process.argv[2]);
       const error = Object.assign(new TypeError("bad header Authorization: Bearer " + key, { cause: new Error(key) }), { headers: { authorization: key }, input: key });
       setTimeout(() => { ${kind === "exception" ? "throw error" : "Promise.reject(error)"}; }, 10);`,
    );
    const note = home.write("note", key);
    const env = daemonEnvironment({ ...home.env, KEYWARD_LOG_LEVEL: "trace" });
    const { finished } = spawnProgram(process.execPath, [script, note], { env, cwd: home.work });
    const done = await withLimit(finished, "the daemon to crash");
    expect(done.exitCode).toBe(70);
    home.outputs.push(done.stdout, done.stderr);
    expect(readFileSync(join(home.path, "state", "daemon.log"), "utf8")).toContain('"name":"TypeError"');
    home.assertNoSecret([key]);
    expect(readdirSync(home.work).filter((name) => /^(?:core|report|Heap)/.test(name))).toEqual([]);
  });
});

describe("the search itself", () => {
  it("finds every spelling it looks for", async () => {
    const home = new TempHome();
    onTestFinished(() => home.remove());
    const key = `sk-${randomText(48)}`;
    for (const { text, form } of encodedForms(key)) {
      writeFileSync(join(home.work, "leak"), `before ${text} after`);
      expect(() => home.assertNoSecret([key]), form).toThrow("a secret was found");
    }
  });
});

/** The page a person sees while a login waits: with a key that is refused, and with the one that is taken. What it said counts as printed. */
async function showForm({ home, keys }: Scene): Promise<void> {
  const client = await ensureDaemon(resolvePaths(home.env), { environment: daemonEnvironment(home.env) });
  const checks = { anyShape: false, doubtful: "ask", verify: false } as const;
  const login = {
    profile: null,
    provider: "openai",
    connection: "by-form",
    host: null,
    force: false,
    checks,
    timeoutMs: 60_000,
    uiPort: 0,
  };
  const { url, loginId } = await client.call("login.start", login);
  const pages = [await (await fetch(url)).text()];
  const csrf = /name="csrf" value="([^"]+)"/.exec(pages[0] ?? "")?.[1] ?? "";
  for (const key of [`wrong ${randomText(40)}`, makeKey("openai")]) {
    keys.push(key);
    pages.push(await (await fetch(url, { method: "POST", body: new URLSearchParams({ csrf, key }) })).text());
  }
  expect(await client.call("login.wait", { loginId })).toMatchObject({ name: "by-form" });
  client.close();
  home.outputs.push(...pages);
}

/** A provider, one of whose hosts no name server knows. */
async function addAcme(opened: Scene): Promise<void> {
  const definition = sampleDefinition({
    endpoints: [{ host: "api.acme.invalid" }, { host: "api.silent.invalid" }],
    examples: { match: ["GET https://api.acme.invalid/v1/things"], ignore: ["GET https://acme.invalid/"] },
  });
  await opened.home.succeed(["provider", "add", opened.home.write("acme.json", JSON.stringify(definition))]);
  const key = `acme-${randomText(40)}`;
  opened.keys.push(key);
  await opened.home.succeed(["login", "acme", "--stdin"], { stdin: `${key}\n` });
}

async function listen(onConnection: (socket: Socket) => unknown): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** The daemon's own environment is closed to everyone. */
function readIfAllowed(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
