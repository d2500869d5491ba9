import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ControlClient } from "../../../src/control/client.ts";
import { PROTOCOL_VERSION, type Params } from "../../../src/control/protocol.ts";
import { KeywardError } from "../../../src/core/errors.ts";
import { identifyProcess } from "../../../src/core/process-identity.ts";
import type { ProcessIdentity } from "../../../src/core/run.ts";
import { withLimit } from "../../support/wait.ts";
import { DaemonHome } from "./daemon-home.ts";

const KEY = `sk-${"a1B2".repeat(12)}`;
const GITHUB = `ghp_${"a1B2".repeat(9)}`;
const self = identifyProcess(process.pid)!;

let home: DaemonHome;
let client: ControlClient;
const owners: ChildProcess[] = [];

beforeEach(async () => {
  home = new DaemonHome();
  client = await home.connect();
});
afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill("SIGKILL");
  await home.remove();
});

function store(change: Partial<Params<"connection.store">> = {}) {
  return client.call("connection.store", {
    profile: null,
    provider: "openai",
    connection: null,
    fields: { key: KEY },
    force: false,
    ...change,
  });
}

function startRun(change: Partial<Params<"run.start">> = {}, by = client) {
  const selection = { connections: [], providers: [] };
  return by.call("run.start", { profile: null, command: "x", selection, layers: [], owner: self, ttlMs: null, ...change });
}

function startOwner(): { child: ChildProcess; identity: ProcessIdentity } {
  const child = spawn("sleep", ["120"]);
  owners.push(child);
  return { child, identity: identifyProcess(child.pid!)! };
}

async function refusal(call: Promise<unknown>): Promise<KeywardError> {
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof KeywardError) return outcome;
  throw new Error(`not refused: ${JSON.stringify(outcome)}`);
}

const refs = async () =>
  (await client.call("connection.list", { profile: null })).connections.map(
    ({ provider, name, isDefault }) => `${provider}=${name}${isDefault ? "*" : ""}`,
  );

/** First line of the proxy's answer to a CONNECT of a host that nobody owns. */
async function proxyStatus(port: number, runId: string, token: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const authorization = Buffer.from(`${runId}:${token}`).toString("base64");
  socket.write(`CONNECT 127.0.0.1:9 HTTP/1.1\r\nHost: 127.0.0.1:9\r\nProxy-Authorization: Basic ${authorization}\r\n\r\n`);
  const [data] = (await withLimit(once(socket, "data"), "an answer of the proxy")) as [Buffer];
  socket.destroy();
  return data.toString().split("\r\n")[0] ?? "";
}

describe("storing a connection", () => {
  it("creates the profile on the way and says once where its key is", async () => {
    const stored = await store({ fields: { key: `  Bearer ${KEY}\n` } });
    expect(stored).toMatchObject({ provider: "openai", name: "default", replaced: false });
    expect(stored.notices.join("\n")).toMatch(
      /Bearer.*removed[\s\S]*no OS keychain answered; the key of profile 'default' is kept in .*default\.key \(0600\)/,
    );
    expect((await store({ connection: "work" })).notices).toEqual([]);
    expect(await client.call("daemon.status", {})).toMatchObject({ profileState: "unlocked", custody: "file" });
  });

  it("is not done by looking", async () => {
    for (const look of ["connection.list", "run.list"] as const) await client.call(look, { profile: null });
    await client.call("provider.list", { profile: null });
    await refusal(client.call("connection.get", { profile: null, provider: "openai", connection: null }));
    expect(readdirSync(home.paths.profiles)).toEqual([]);
  });

  it("keeps what is there unless forced, and its placeholder always", async () => {
    await store();
    const before = await client.call("connection.get", { profile: null, provider: "openai", connection: null });
    const refused = await refusal(store({ fields: { key: `${KEY}x` } }));
    expect(refused).toMatchObject({ code: "CONNECTION_EXISTS", hint: expect.stringContaining("keyward login openai --force") as string });
    expect(await store({ fields: { key: `${KEY}y` }, force: true })).toMatchObject({ replaced: true });
    const after = await client.call("connection.get", { profile: null, provider: "openai", connection: null });
    expect(after.placeholders).toEqual(before.placeholders);
    expect(after.id).not.toBe(before.id);
  });

  it.each([
    [{ provider: "opnai" }, "PROVIDER_UNKNOWN", "did you mean openai?"],
    [{ connection: "Bad Name" }, "NAME_INVALID", "connection names"],
    [{ fields: { key: "nope" } }, "KEY_SHAPE", "sk-"],
    [{ fields: { key: "   " } }, "KEY_EMPTY", ""],
    [{ fields: {} }, "KEY_EMPTY", ""],
    [{ fields: { key: KEY, more: "x" } }, "FIELD_UNKNOWN", "its fields are key"],
    [{ profile: "nope" }, "PROFILE_UNKNOWN", "nope"],
  ])("refuses %j before anything is stored", async (change, code, message) => {
    expect(await refusal(store(change))).toMatchObject({ code, message: expect.stringContaining(message) as string });
    expect(await refs()).toEqual([]);
  });

  it("takes all fields of a provider with several, and shows the public ones", async () => {
    const definition = await client.call("provider.show", { profile: null, provider: "twilio" });
    const open = definition.info.fields.find((field) => !field.secret);
    expect(open).toBeDefined();
    const fields = { account_sid: `AC${"0a".repeat(16)}`, auth_token: "0b".repeat(16) };
    const named = Object.fromEntries(definition.info.fields.map((field, i) => [field.name, Object.values(fields)[i] ?? ""]));
    await store({ provider: "twilio", fields: named });
    const shown = await client.call("connection.get", { profile: null, provider: "twilio", connection: null });
    expect(Object.keys(shown.publicFields)).toEqual([open?.name]);
    expect(JSON.stringify(shown)).not.toContain(fields.auth_token);
  });

  it("refuses a placeholder that keyward itself gave out", async () => {
    await store();
    const { env } = await startRun();
    expect(await refusal(store({ connection: "copy", fields: { key: env["OPENAI_API_KEY"] ?? "" } }))).toMatchObject({ code: "KEY_SHAPE" });
  });
});

describe("logging out", () => {
  it("removes one connection, is idempotent, and makes the last one the default", async () => {
    await store();
    await store({ connection: "work" });
    const logout = () => client.call("connection.remove", { profile: null, provider: "openai", connection: "default", everything: false });
    expect(await logout()).toEqual({ removed: [{ provider: "openai", name: "default" }] });
    expect(await logout()).toEqual({ removed: [] });
    expect(await refs()).toEqual(["openai=work*"]);
  });

  it("of a mistyped provider is an error, not a success", async () => {
    expect(
      await refusal(client.call("connection.remove", { profile: null, provider: "opnai", connection: null, everything: false })),
    ).toMatchObject({
      code: "PROVIDER_UNKNOWN",
    });
  });

  it("keeps the placeholder for the next login", async () => {
    await store();
    const before = await client.call("connection.get", { profile: null, provider: "openai", connection: null });
    await client.call("connection.remove", { profile: null, provider: "openai", connection: null, everything: false });
    await store();
    expect((await client.call("connection.get", { profile: null, provider: "openai", connection: null })).placeholders).toEqual(
      before.placeholders,
    );
  });

  it("default can be chosen among what is there", async () => {
    await store();
    await store({ connection: "work" });
    expect(await client.call("connection.default", { profile: null, provider: "openai", connection: "work" })).toEqual({
      previous: "default",
    });
    expect(await refs()).toEqual(["openai=default", "openai=work*"]);
    expect(await refusal(client.call("connection.default", { profile: null, provider: "openai", connection: "nope" }))).toMatchObject({
      code: "LOGIN_REQUIRED",
    });
  });
});

describe("revealing", () => {
  it("gives values to a person, audited", async () => {
    await store();
    const { connections } = await client.call("connection.reveal", { profile: null, provider: "openai", connection: null, asker: self });
    expect(connections[0]).toMatchObject({ provider: "openai", name: "default", fields: { key: KEY }, env: { OPENAI_API_KEY: KEY } });
    const { entries } = await client.call("audit.list", {
      profile: null,
      run: null,
      provider: null,
      sinceMs: null,
      denied: false,
      limit: 10,
    });
    expect(entries.filter((entry) => entry.kind === "reveal")).toMatchObject([{ provider: "openai", connection: "default", code: null }]);
  });

  it("is refused to the owner of a run and everything below it, and to a liar", async () => {
    await store();
    const owner = startOwner();
    await startRun({ owner: owner.identity });
    const ask = (asker: ProcessIdentity) =>
      client.call("connection.reveal", { profile: null, provider: "openai", connection: null, asker });
    expect((await ask(self)).connections).toHaveLength(1);
    expect(await refusal(ask(owner.identity))).toMatchObject({ code: "REVEAL_REFUSED", exitCode: 8 });
    expect(await refusal(ask({ ...self, startedAt: "1" }))).toMatchObject({ code: "REVEAL_REFUSED" });
    await startRun({ owner: self });
    const below = startOwner();
    expect(await refusal(ask(below.identity))).toMatchObject({ code: "REVEAL_REFUSED" });
    const { entries } = await client.call("audit.list", {
      profile: null,
      run: null,
      provider: null,
      sinceMs: null,
      denied: false,
      limit: 50,
    });
    expect(entries.filter((entry) => entry.code === "REVEAL_REFUSED")).toHaveLength(3);
  });

  it("of nothing says what to do", async () => {
    expect(await refusal(client.call("connection.reveal", { profile: null, provider: null, connection: null, asker: self }))).toMatchObject(
      { code: "LOGIN_REQUIRED" },
    );
  });
});

describe("importing", () => {
  it("stores what fits and says why the rest did not, without a value", async () => {
    await store();
    const pairs = [
      { name: "OPENAI_API_KEY", value: KEY },
      { name: "GITHUB_TOKEN", value: GITHUB },
      { name: "ANTHROPIC_API_KEY", value: "not-a-key-canary" },
      { name: "MY_OWN", value: "canary" },
    ];
    const call = (change: object) =>
      client.call("connection.import", { profile: null, pairs, connection: null, dryRun: false, force: false, ...change });
    const dry = await call({ dryRun: true });
    expect(dry.rows.map((row) => row.outcome)).toEqual(["exists", "would store", "refused", "unknown"]);
    expect(await refs()).toEqual(["openai=default*"]);
    const { rows } = await call({});
    expect(rows.map((row) => [row.name, row.provider, row.outcome])).toEqual([
      ["OPENAI_API_KEY", "openai", "exists"],
      ["GITHUB_TOKEN", "github", "stored"],
      ["ANTHROPIC_API_KEY", "anthropic", "refused"],
      ["MY_OWN", null, "unknown"],
    ]);
    expect(JSON.stringify([dry, rows])).not.toMatch(/canary|ghp_a/);
    expect((await call({ force: true })).rows[0]?.outcome).toBe("stored");
    expect(await refs()).toEqual(["github=default*", "openai=default*"]);
  });

  it("as a rehearsal creates no profile", async () => {
    await client.call("connection.import", {
      profile: null,
      pairs: [{ name: "OPENAI_API_KEY", value: KEY }],
      connection: null,
      dryRun: true,
      force: false,
    });
    expect(existsSync(join(home.paths.profiles, "default.db"))).toBe(false);
  });
});

describe("a run", () => {
  it("gets placeholders, a token, a port and the certificate's path", async () => {
    await store();
    const started = await startRun();
    expect(started.env["OPENAI_API_KEY"]).toMatch(/^sk-/);
    expect(JSON.stringify(started)).not.toContain(KEY);
    expect(started.placeholderNames).toContain("OPENAI_API_KEY");
    expect(readFileSync(started.caCertificatePath, "utf8")).toContain("BEGIN CERTIFICATE");
    expect(statSync(started.caCertificatePath).mode & 0o777).toBe(0o600);
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).not.toMatch(/ 407 /);
    expect(await proxyStatus(started.proxyPort, started.runId, "wrong")).toMatch(/ 407 /);
    const { runs } = await client.call("run.list", { profile: null });
    expect(runs).toMatchObject([
      { id: started.runId, pid: process.pid, command: "x", connections: [{ provider: "openai", name: "default" }] },
    ]);
    await client.call("run.end", { runId: started.runId });
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).toMatch(/ 407 /);
  });

  it("dies with its owner, within a moment of its connection's end", async () => {
    const owner = startOwner();
    const second = await home.connect();
    const started = await startRun({ owner: owner.identity }, second);
    owner.child.kill("SIGKILL");
    await once(owner.child, "exit");
    second.close();
    await expect.poll(async () => (await client.call("run.list", { profile: null })).runs, { timeout: 1_500 }).toEqual([]);
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).toMatch(/ 407 /);
  });

  it("is not started for a process that is gone", async () => {
    expect(await refusal(startRun({ owner: { pid: process.pid, startedAt: "1" } }))).toMatchObject({ code: "USAGE" });
  });

  it("explained starts nothing", async () => {
    await store();
    const params = { profile: null, command: "x", selection: { connections: [], providers: [] }, layers: [], owner: null, ttlMs: null };
    const plan = await client.call("run.explain", params);
    expect(plan.connections).toMatchObject([{ provider: "openai", name: "default", env: { OPENAI_API_KEY: "placeholder" } }]);
    expect(await client.call("daemon.status", {})).toMatchObject({ liveRuns: 0, proxyPort: null });
  });

  it("gets the setting run.deny_unmatched as a layer of its own", async () => {
    home.set({ "run.deny_unmatched": true });
    const { plan } = await startRun({ layers: [{ allow: ["x.test"], deny: [], denyUnmatched: false, rules: [] }] });
    expect(plan.layers).toMatchObject([{ allow: ["x.test"] }, { denyUnmatched: true, allow: [] }]);
  });

  it("goes on after kill -9 of the daemon: same port, same token, attached by its owner alone", async () => {
    await store();
    const owner = startOwner();
    const started = await startRun({ owner: owner.identity });
    const dead = startOwner();
    const gone = await startRun({ owner: dead.identity });
    dead.child.kill("SIGKILL");
    await home.kill(client);
    client = await home.connect();
    expect(await client.call("daemon.status", {})).toMatchObject({ liveRuns: 1, proxyPort: started.proxyPort });
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).not.toMatch(/ 407 /);
    expect(await proxyStatus(started.proxyPort, gone.runId, gone.token)).toMatch(/ 407 /);
    expect(await client.call("run.attach", { runId: started.runId, owner: owner.identity })).toEqual({ proxyPort: started.proxyPort });
    expect(await refusal(client.call("run.attach", { runId: started.runId, owner: self }))).toMatchObject({ code: "RUN_UNKNOWN" });
    expect(await refs()).toEqual(["openai=default*"]);
  });

  it("is ended when a stranger took its port while the daemon was dead", async () => {
    const owner = startOwner();
    const started = await startRun({ owner: owner.identity });
    await home.kill(client);
    const stranger = createServer().listen(started.proxyPort, "127.0.0.1");
    await once(stranger, "listening");
    try {
      client = await home.connect();
      expect(await refusal(client.call("run.attach", { runId: started.runId, owner: owner.identity }))).toMatchObject({
        code: "PORT_TAKEN",
        message: expect.stringContaining(String(started.proxyPort)) as string,
      });
      expect(await client.call("run.list", { profile: null })).toEqual({ runs: [] });
      expect((await startRun({ owner: owner.identity })).proxyPort).not.toBe(started.proxyPort);
      expect(home.log).toContain('"event":"runs lost"');
    } finally {
      stranger.close();
    }
  });
});

describe("a profile under a passphrase", () => {
  const passphrase = "correct horse battery";
  const create = () => client.call("profile.create", { profile: "safe", custody: "passphrase", passphrase });

  it("is locked for every daemon that was not told", async () => {
    expect(await create()).toMatchObject({ name: "safe", state: "unlocked", custody: "passphrase" });
    await store({ profile: "safe" });
    expect(await client.call("profile.lock", { profile: "safe" })).toMatchObject({ state: "locked" });
    const locked = await refusal(store({ profile: "safe", connection: "work" }));
    expect(locked).toMatchObject({
      code: "PROFILE_LOCKED",
      hint: expect.stringContaining("keyward profile unlock") as string,
      exitCode: 4,
    });
    expect(await refusal(client.call("profile.unlock", { profile: "safe", passphrase: "wrong" }))).toMatchObject({
      code: expect.stringMatching(/STORE_KEY_WRONG|CUSTODY/) as string,
    });
    expect(await client.call("profile.unlock", { profile: "safe", passphrase })).toMatchObject({ state: "unlocked" });
    expect((await client.call("connection.list", { profile: "safe" })).connections).toHaveLength(1);
  });

  it("makes its runs wait after kill -9, on the same port, until it is unlocked", async () => {
    await create();
    const owner = startOwner();
    const started = await startRun({ profile: "safe", owner: owner.identity });
    await home.kill(client);
    client = await home.connect();
    const attach = () => client.call("run.attach", { runId: started.runId, owner: owner.identity });
    expect(await refusal(attach())).toMatchObject({ code: "PROFILE_LOCKED" });
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).toMatch(/ 407 /);
    await client.call("profile.unlock", { profile: "safe", passphrase });
    expect(await attach()).toEqual({ proxyPort: started.proxyPort });
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).not.toMatch(/ 407 /);
  });

  it("cannot be locked or deleted under a live run", async () => {
    await create();
    const { runId } = await startRun({ profile: "safe" });
    for (const method of ["profile.lock", "profile.delete"] as const) {
      expect(await refusal(client.call(method, { profile: "safe" }))).toMatchObject({ code: "PROFILE_BUSY", exitCode: 5 });
    }
    await client.call("run.end", { runId });
    await client.call("profile.delete", { profile: "safe" });
    expect((await client.call("profile.list", {})).profiles).toEqual([]);
    expect(existsSync(join(home.paths.state, "ca-safe.pem"))).toBe(false);
  });

  it("can be moved there and back", async () => {
    await store();
    expect(await client.call("profile.rekey", { profile: null, custody: "passphrase", passphrase })).toMatchObject({
      custody: "passphrase",
    });
    await client.call("profile.lock", { profile: null });
    await client.call("profile.unlock", { profile: null, passphrase });
    expect(await client.call("profile.rekey", { profile: null, custody: "file", passphrase: null })).toMatchObject({ custody: "file" });
    expect(await refs()).toEqual(["openai=default*"]);
  });

  it("is created once", async () => {
    await create();
    expect(await refusal(create())).toMatchObject({ code: "PROFILE_EXISTS" });
    expect((await client.call("profile.list", {})).profiles).toMatchObject([{ name: "safe", active: false }]);
  });
});

describe("a custom provider", () => {
  const text = JSON.stringify({
    id: "acme",
    name: "Acme",
    category: "other",
    endpoints: [{ host: "api.acme-example.com" }],
    fields: [
      {
        name: "key",
        label: "API key",
        env: ["ACME_KEY"],
        pattern: "^acme_[a-z0-9]{20,}$",
        hint: "starts with acme_",
        placeholder: { prefix: "acme_", length: 32, alphabet: "lower-base36" },
      },
    ],
    inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]],
    sources: ["made up"],
    examples: { match: ["GET https://api.acme-example.com/v1"], ignore: ["GET https://acme-example.com/"] },
  });

  it("can be added, used, kept over a restart and removed with everything", async () => {
    expect(await client.call("provider.add", { path: "acme.json", text, force: false })).toMatchObject({ id: "acme" });
    expect(await refusal(client.call("provider.add", { path: "acme.json", text, force: false }))).toMatchObject({
      code: "PROVIDER_EXISTS",
    });
    expect(await client.call("provider.test", { provider: "acme" })).toEqual({ passed: 2, failures: [] });
    await store({ provider: "acme", fields: { key: `acme_${"a1".repeat(12)}` } });
    await home.kill(client);
    client = await home.connect();
    expect((await client.call("provider.show", { profile: null, provider: "acme" })).info).toMatchObject({ custom: true, connected: true });
    expect(await client.call("connection.remove", { profile: null, provider: "acme", connection: null, everything: true })).toEqual({
      removed: [{ provider: "acme", name: "default" }],
    });
    expect(await refusal(client.call("provider.show", { profile: null, provider: "acme" }))).toMatchObject({ code: "PROVIDER_UNKNOWN" });
  });

  it("that is broken is named and breaks no other; a file put there by hand counts with the next command", async () => {
    writeFileSync(join(home.paths.providers, "bad.json"), "{", { mode: 0o600 });
    writeFileSync(join(home.paths.providers, "acme.json"), text, { mode: 0o600 });
    const { providers, broken } = await client.call("provider.list", { profile: null });
    expect(broken).toMatchObject([{ path: join(home.paths.providers, "bad.json") }]);
    expect(providers.map((provider) => provider.id)).toEqual(expect.arrayContaining(["acme", "openai"]));
  });

  it("that breaks a rule is refused with the place, and bundled ones cannot be removed", async () => {
    const invalid = await refusal(client.call("provider.add", { path: "x.json", text: "{}", force: false }));
    expect(invalid).toMatchObject({ code: "PROVIDER_INVALID", message: expect.stringContaining("x.json:1") as string });
    expect(await refusal(client.call("provider.remove", { provider: "openai" }))).toMatchObject({ code: "USAGE" });
  });
});

describe("a newer command", () => {
  async function greet(): Promise<{ stepsAside: boolean }> {
    const socket = connect(home.paths.controlSocket);
    socket.write(`${JSON.stringify({ hello: { protocol: PROTOCOL_VERSION + 1, version: "99.0.0", replace: true } })}\n`);
    const [data] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    return (JSON.parse(data.toString()) as { hello: { stepsAside: boolean } }).hello;
  }

  it("makes an older daemon stop when nothing lives in it", async () => {
    expect(await greet()).toMatchObject({ stepsAside: true });
    await withLimit(client.closed, "the daemon to stop");
  });

  it("does not while a run lives", async () => {
    const { runId } = await startRun();
    expect(await greet()).toMatchObject({ stepsAside: false });
    await client.call("run.end", { runId });
    expect(await greet()).toMatchObject({ stepsAside: true });
  });
});

describe("the audit and the CA", () => {
  it("tell what happened, verified, and show no private key", async () => {
    await store();
    const { runId } = await startRun();
    await client.call("run.end", { runId });
    await client.call("connection.remove", { profile: null, provider: "openai", connection: null, everything: false });
    const query = { profile: null, run: null, provider: null, sinceMs: null, denied: false, limit: 10 };
    const { entries } = await client.call("audit.list", query);
    expect(entries.map((entry) => entry.kind)).toEqual(["login", "run", "run", "logout"]);
    expect(await client.call("audit.verify", { profile: null })).toEqual({ records: 4, firstBadSeq: null });
    const shown = await client.call("ca.show", { profile: null });
    expect(shown.pem).toContain("BEGIN CERTIFICATE");
    expect(JSON.stringify(shown)).not.toContain("PRIVATE");
    expect(shown.expiresAtMs).toBeGreaterThan(Date.now());
  });

  it("no file outside the store holds a key, not even after errors and a crash", async () => {
    await store();
    await refusal(store({ fields: { key: `${KEY} x` } }));
    await refusal(client.call("provider.validate", { path: "p", text: KEY, more: KEY } as never));
    await home.kill(client);
    client = await home.connect();
    const files = readdirSync(home.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(5);
    for (const entry of files) expect(readFileSync(join(entry.parentPath, entry.name)).includes(KEY), entry.name).toBe(false);
  });
});

describe("an unwritable or damaged home", () => {
  it("with a damaged config.json says so, and status still stops cleanly", async () => {
    mkdirSync(home.paths.home, { recursive: true });
    writeFileSync(home.paths.config, "{", { mode: 0o600 });
    expect(await refusal(store())).toMatchObject({ code: "SETTINGS_CORRUPT" });
    expect(await client.call("daemon.stop", {})).toEqual({});
    await withLimit(client.closed, "the daemon to stop");
  });
});
