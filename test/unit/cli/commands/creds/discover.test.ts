import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Params } from "../../../../../src/control/protocol.ts";
import { KeywardError } from "../../../../../src/core/errors.ts";
import { type FakeOptions, keyward } from "../../../../support/cli/fake-world.ts";
import { newHome, stageFixture } from "../../../../support/discover/stage-fixture.ts";

/** No daemon is asked: the fake one has no answers. */
function discover(home: string, words: readonly string[] = [], options: FakeOptions = {}) {
  return keyward(["creds", "discover", "--homedir", home, ...words], options);
}

function write(home: string, files: Readonly<Record<string, unknown>>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
  }
  return home;
}

const antKey = ["sk", "ant", "example"].join("-");

/** Every one of the eight with a value for Anthropic, the lowest priority first. */
const LADDER: readonly (readonly [value: string, name: string, content: unknown])[] = [
  ["from-amp", ".amp/config.json", { token: "from-amp" }],
  ["from-opencode", ".local/share/opencode/auth.json", { claude: { type: "api", key: "from-opencode" } }],
  ["from-oauth-file", ".local/state/amika/oauth.json", { CLAUDE_API_KEY: "from-oauth-file" }],
  ["from-keychain-file", ".local/share/amika/keychain.json", { ANTHROPIC_API_KEY: "from-keychain-file" }],
  ["from-env-cache", ".cache/amika/env-cache.json", { anthropic_api_key: "from-env-cache" }],
  ["from-login", ".claude/.credentials.json", { claudeAiOauth: { accessToken: "from-login", expiresAt: "2030-01-01T00:00:00Z" } }],
  [antKey, ".claude.json", { primaryApiKey: antKey }],
];

describe("creds discover as assignments", () => {
  it("prints nothing at all and ends with 0 where nothing is found", async () => {
    expect(await discover(newHome())).toEqual({ status: 0, stdout: "", stderr: "", calls: [] });
    expect(await discover(newHome(), ["--export"])).toEqual({ status: 0, stdout: "", stderr: "", calls: [] });
  });

  it("prints every variable of each provider, sorted by name", async () => {
    const home = write(newHome(), {
      ".claude.json": { apiKey: antKey },
      ".codex/auth.json": { OPENAI_API_KEY: "oa" },
      ".local/share/opencode/auth.json": {
        "Foo_Bar.Baz/Qux": { type: "api", key: "fb" },
        groq: { type: "oauth", access: "gr", expires: null },
      },
    });
    const lines = [
      `ANTHROPIC_API_KEY='${antKey}'`,
      `CLAUDE_API_KEY='${antKey}'`,
      "CODEX_API_KEY='oa'",
      "FOO_BAR_BAZ_QUX_API_KEY='fb'",
      "GROQ_API_KEY='gr'",
      "OPENAI_API_KEY='oa'",
    ];
    expect(await discover(home)).toEqual({ status: 0, stdout: lines.map((line) => `${line}\n`).join(""), stderr: "", calls: [] });
    expect((await discover(home, ["--export"])).stdout).toBe(lines.map((line) => `export ${line}\n`).join(""));
    expect((await discover(home, ["--no-oauth"])).stdout).not.toContain("GROQ");
  });

  it("takes the higher priority each time one more is there", async () => {
    const home = newHome();
    for (const [value, name, content] of LADDER) {
      write(home, { [name]: content });
      expect((await discover(home)).stdout).toBe(`ANTHROPIC_API_KEY='${value}'\nCLAUDE_API_KEY='${value}'\n`);
    }
  });

  it("gives back to a shell exactly what was found", async () => {
    const value = 'it\'s "$HOME" `id` \\ $(id)\n  line two\\\n#end é';
    const home = write(newHome(), { ".codex/auth.json": { OPENAI_API_KEY: value } });
    const { stdout } = await discover(home, ["--export"]);
    const said = execFileSync(
      "/bin/sh",
      ["-c", `${stdout}\nprintf %s "$OPENAI_API_KEY"; printf '|'; env -0 | tr '\\n\\0' '\\r\\n' | grep -c '^CODEX_API_KEY='`],
      {
        encoding: "utf8",
      },
    );
    expect(said).toBe(`${value}|1\n`);
  });

  it("skips what has expired, and takes the next that has not", async () => {
    const past = { accessToken: "old", expiresAt: Date.UTC(2025, 0, 31, 12) };
    const home = write(newHome(), { ".claude/.credentials.json": { claudeAiOauth: past } });
    expect((await discover(home)).stdout).toBe("");
    write(home, { ".claude-oauth-credentials.json": { claudeAiOauth: { accessToken: "new", expiresAt: null } } });
    expect((await discover(home)).stdout).toContain("ANTHROPIC_API_KEY='new'");
  });

  it("ends with 2 and names a broken file without its content, and still prints the others", async () => {
    const home = write(newHome(), {
      ".claude.json": '{"apiKey": "secret-text',
      ".codex/auth.json": { OPENAI_API_KEY: "oa" },
      ".amp/config.json": "[]",
    });
    const done = await discover(home);
    expect(done).toMatchObject({ status: 2, stdout: "CODEX_API_KEY='oa'\nOPENAI_API_KEY='oa'\n" });
    expect(done.stderr).toContain(`error: ${join(home, ".claude.json")}: it is not valid JSON`);
    expect(done.stderr).toContain(`warning: ${join(home, ".amp/config.json")}: it holds no JSON object`);
    expect(done.stderr).not.toContain("secret-text");
  });

  it("looks nowhere else than in the directory it was given", async () => {
    const away = write(newHome(), { "auth.json": { OPENAI_API_KEY: "away" } });
    const home = newHome();
    mkdirSync(join(home, ".codex"));
    symlinkSync(join(away, "auth.json"), join(home, ".codex/auth.json"));
    expect((await discover(home, [], { env: { CODEX_HOME: away } })).stdout).toBe("");
    expect((await keyward(["creds", "discover"], { env: { HOME: home, CODEX_HOME: away } })).stdout).toContain("OPENAI_API_KEY='away'");
  });

  it("prints with --only what is meant", async () => {
    const home = write(newHome(), { ".claude.json": { apiKey: antKey }, ".codex/auth.json": { OPENAI_API_KEY: "oa" } });
    expect((await discover(home, ["--only", "openai"])).stdout).toBe("CODEX_API_KEY='oa'\nOPENAI_API_KEY='oa'\n");
    expect((await discover(home, ["--only", "OPENAI_API_KEY, CLAUDE_API_KEY"])).stdout).toBe(
      `CLAUDE_API_KEY='${antKey}'\nOPENAI_API_KEY='oa'\n`,
    );
  });
});

describe("creds discover for people and scripts", () => {
  it("never shows a value on a terminal or in --json, whatever source it is from", async () => {
    const home = newHome();
    for (const id of [
      "claude-api-key",
      "claude-oauth",
      "codex",
      "opencode",
      "gh",
      "aws",
      "git-credentials",
      "netrc",
      "docker",
      "kubeconfig",
    ])
      stageFixture(id, home);
    const said = [
      await discover(home, ["--no-color"], { stdoutTty: true }),
      await discover(home, ["--json"]),
      await discover(home, ["--json", "--export"]),
    ];
    for (const { stdout, stderr, status } of said) {
      expect(stdout + stderr).not.toContain("canary");
      expect(status).toBe(0);
    }
    expect(said[0]?.stdout).toMatch(/^PROVIDER +KIND +VARIABLES +EXPIRES +WHERE/);
    expect(said[0]?.stdout).toMatch(/anthropic \* +API key +ANTHROPIC_API_KEY CLAUDE_API_KEY +never +\S+\.claude\.json/);
  });

  it("prints assignments on a terminal when --export asks for them", async () => {
    const home = write(newHome(), { ".codex/auth.json": { OPENAI_API_KEY: "oa" } });
    expect((await discover(home, ["--export"], { stdoutTty: true })).stdout).toBe(
      "export CODEX_API_KEY='oa'\nexport OPENAI_API_KEY='oa'\n",
    );
  });

  it("says so on a terminal where nothing is found, and warns of a file that others may read", async () => {
    expect((await discover(newHome(), [], { stdoutTty: true })).stdout).toContain("nothing found");
    const home = write(newHome(), { ".vault-token": "v" });
    chmodSync(join(home, ".vault-token"), 0o644);
    expect((await discover(home, [], { stdoutTty: true })).stderr).toContain("can be read by other users");
  });

  it("has findings and problems in one object, with the error beside it", async () => {
    const home = write(newHome(), { ".claude.json": "{", ".vault-token": "v" });
    const done = await discover(home, ["--json"]);
    expect(done.status).toBe(2);
    expect(JSON.parse(done.stdout)).toMatchObject({
      home,
      findings: [{ source: "vault", provider: "hashicorp-vault", kind: "api_key", env: ["VAULT_TOKEN"], chosen: true }],
      problems: [{ source: "claude-api-key", path: join(home, ".claude.json"), reason: "it is not valid JSON" }],
      imported: null,
      pushed: null,
    });
    expect(JSON.parse(done.stderr)).toMatchObject({ error: { code: "INPUT_UNREADABLE" } });
  });

  it.each([
    [["--import", "--export"], "exclude each other"],
    [["--import", "--push"], "exclude each other"],
    [["--yes"], "--yes means nothing without --import or --push"],
    [["--scope", "user"], "--scope means nothing without --push"],
    [["--keychain"], "--keychain means nothing with it"],
    [["--only", "a,,b"], "--only takes names"],
    [["--only", "a;b"], "--only takes names"],
    [["extra"], "too many arguments"],
  ])("refuses %j with 2", async (words, message) => {
    const done = await discover(newHome(), words);
    expect(done).toMatchObject({ status: 2, stdout: "" });
    expect(done.stderr).toContain(message);
  });

  it.each([["missing-directory"], [""]])("refuses the directory %j with 2", async (directory) => {
    expect(await discover(directory)).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("creds discover --import", () => {
  const stored = (params: Params<"connection.store">) => ({
    id: "c",
    provider: params.provider,
    name: params.connection ?? "",
    replaced: false,
    notices: [],
  });
  const home = () =>
    write(newHome(), {
      ".claude.json": { apiKey: antKey },
      ".vault-token": "v",
      ".codex/auth.json": { tokens: { access_token: "a", refresh_token: "r" } },
    });

  it("stores after a question each, and prints no value even into a pipe", async () => {
    const done = await discover(home(), ["--import"], { typed: ["y\r", "n\r"], answers: { "connection.store": stored } });
    expect(done.status).toBe(0);
    expect(done.calls).toMatchObject([
      { method: "connection.store", params: { provider: "anthropic", connection: "default", fields: { key: antKey }, force: false } },
    ]);
    expect(done.stdout).toMatch(/anthropic +default +stored/);
    expect(done.stdout).toMatch(/hashicorp-vault +default +declined/);
    expect(done.stdout).toMatch(/openai +- +left where it is/);
    expect(done.stdout + done.stderr).not.toContain(antKey);
  });

  it("stores all with --yes, and ends with 1 when one is refused", async () => {
    const refusing = (params: Params<"connection.store">) => {
      if (params.provider === "anthropic") throw new KeywardError("KEY_SHAPE", "the value has another shape");
      return stored(params);
    };
    const done = await discover(home(), ["--import", "--yes", "--json"], { answers: { "connection.store": refusing } });
    expect(done.status).toBe(1);
    expect((JSON.parse(done.stdout) as { imported: unknown[] }).imported).toMatchObject([
      { provider: "anthropic", outcome: "refused", reason: "the value has another shape" },
      { provider: "openai", connection: null, outcome: "left where it is" },
      { provider: "hashicorp-vault", outcome: "stored" },
    ]);
  });

  it("keeps a connection that is there already", async () => {
    const existing = () => {
      throw new KeywardError("CONNECTION_EXISTS", "there already");
    };
    const done = await discover(write(newHome(), { ".vault-token": "v" }), ["--import", "--yes"], {
      answers: { "connection.store": existing },
    });
    expect(done.status).toBe(0);
    expect(done.stdout).toMatch(/hashicorp-vault +default +exists/);
  });

  it("ends with 4 and stores nothing where nobody can be asked", async () => {
    expect(await discover(home(), ["--import"])).toMatchObject({ status: 4, calls: [] });
    expect(await discover(home(), ["--import", "--json"], { typed: ["y\r"] })).toMatchObject({ status: 4, calls: [] });
    expect(await discover(newHome(), ["--import"])).toMatchObject({ status: 0, calls: [] });
  });

  it("stores nothing when the questions are ended in the middle", async () => {
    const done = await discover(home(), ["--import"], { typed: ["y\r", "\u0003"], answers: { "connection.store": stored } });
    expect(done).toMatchObject({ status: 130, calls: [] });
  });
});

describe("creds discover --push", () => {
  const long = "0123456789abcdef";
  const push = (params: Params<"vault.push">) => ({
    rows: params.pairs.map(({ name }) => ({ name, action: "new" as const, version: 1 })),
    notice: null,
  });
  const home = () => write(newHome(), { ".codex/auth.json": { OPENAI_API_KEY: long }, ".vault-token": "v" });

  it("stores what is meant after a masked table and a yes, under the old name as well", async () => {
    for (const words of [
      ["creds", "discover"],
      ["secret", "extract"],
    ]) {
      const argv = [...words, "--homedir", home(), "--push", "--only", "OPENAI_API_KEY", "--scope", "user"];
      const done = await keyward(argv, { typed: ["y\r"], answers: { "vault.push": push } });
      expect(done.status).toBe(0);
      expect(done.stdout).toContain("0123****cdef");
      expect(done.stdout + done.stderr).not.toContain(long);
      const params = { profile: null, scope: "user", pairs: [{ name: "OPENAI_API_KEY", value: long }] };
      expect(done.calls.map((call) => call.params)).toEqual([
        { ...params, dryRun: true },
        { ...params, dryRun: false },
      ]);
    }
  });

  it("stores nothing without a yes, and asks nobody with --json", async () => {
    const answers = { "vault.push": push };
    expect(await discover(home(), ["--push"], { answers })).toMatchObject({ status: 4, calls: [{ params: { dryRun: true } }] });
    expect(await discover(home(), ["--push", "--json"], { typed: ["y\r"], answers })).toMatchObject({ status: 4, stdout: "" });
    const { stdout, status } = await discover(home(), ["--push", "--json", "--yes"], { answers });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      pushed: [{ name: "CODEX_API_KEY" }, { name: "OPENAI_API_KEY", masked: "0123****cdef" }, { name: "VAULT_TOKEN", masked: "*" }],
    });
    expect(stdout).not.toContain(long);
  });

  it("has nothing to push in an empty home", async () => {
    expect(await discover(newHome(), ["--push"])).toMatchObject({ status: 0, calls: [] });
    expect(await discover(home(), ["--push", "--scope", "team"])).toMatchObject({ status: 2, calls: [] });
  });
});
