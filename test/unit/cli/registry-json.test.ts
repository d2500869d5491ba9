import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMAND_NAMES } from "../../../src/cli/registry.ts";
import { keyward } from "../../support/cli/fake-world.ts";
import { HUB, HUB_ANSWERS, TOKEN } from "../../support/cli/hub-answers.ts";
import { ANSWERS, SECRET } from "../../support/cli/sample-answers.ts";

const directory = mkdtempSync(join(tmpdir(), "kw-shapes-"));
writeFileSync(join(directory, "token.txt"), TOKEN);
writeFileSync(join(directory, "my-api.json"), "{}");
mkdirSync(join(directory, ".git"));
mkdirSync(join(directory, "project"));
writeFileSync(join(directory, "project", "keyward.json"), '{"providers":["openai"],"env":{"MY_KEY":"openai"}}');
writeFileSync(join(directory, ".vault-token"), SECRET, { mode: 0o600 });

/** What each command is given, beside --json. `run` without an option of its own prints what its program prints. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  login: ["openai", "--stdin", "--force"],
  run: ["--explain"],
  get: ["openai"],
  export: ["openai", "--yes"],
  logout: ["openai", "--yes"],
  remove: ["openai", "--yes"],
  revoke: ["openai", "--yes"],
  explain: ["GET", "https://api.openai.com/v1/models"],
  init: ["--provider", "openai", "--yes"],
  allow: ["project"],
  completion: ["fish"],
  "creds set": ["OPENAI_API_KEY", "--stdin"],
  "audit show": ["req_1"],
  "connection default": ["openai", "work"],
  "creds discover": ["--homedir", "."],
  "creds import": ["-"],
  "runs end": ["run_1"],
  "connection set": ["--id", "bot", "--kind", "slack", "--label", "Team bot", "--secret-id", "SLACK_BOT_TOKEN"],
  "connection get": ["bot"],
  "connection rm": ["bot"],
  "vault put": ["SLACK_BOT_TOKEN", "--stdin"],
  "vault get": ["SLACK_BOT_TOKEN"],
  "vault rm": ["SLACK_BOT_TOKEN", "--yes"],
  "vault versions": ["SLACK_BOT_TOKEN"],
  "vault push": ["--from-file", "-", "--yes"],
  "vault pull": ["SLACK_BOT_TOKEN"],
  "provider show": ["openai"],
  "provider new": ["acme", "--host", "api.acme.com", "--send", "bearer"],
  "provider add": ["my-api.json"],
  "provider remove": ["twilio", "--yes"],
  "provider validate": ["my-api.json"],
  "provider test": ["openai"],
  "profile create": ["work"],
  "profile use": ["work"],
  "profile unlock": ["--passphrase-stdin"],
  "profile rekey": ["--custody", "file"],
  "profile backup": ["new.kwb", "--passphrase-stdin"],
  "profile restore": ["my-api.json", "--passphrase-stdin"],
  "profile delete": ["work", "--yes"],
  "config get": ["ui.port"],
  "config set": ["ui.port", "7999"],
  "config unset": ["ui.port"],
  "auth login": ["--hub", HUB, "--wait", "--no-browser", "--force"],
  "auth logout": ["--force"],
  "workspace use": ["main"],
  "workspace create": ["pay"],
  "workspace rm": ["pay", "--yes"],
  "tenant use": ["ten_1"],
  "token rotate": ["tok_1"],
  "token revoke": ["tok_1", "--yes"],
  "token inspect": ["token.txt"],
};

const HUB_GROUPS = /^(?:auth|workspace|tenant|token|sync)\b/;

/** Names and types of a value, not the value. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]));
}

/** One array, where programs that read it want one. */
const ARRAYS = ["creds check"];

/** Start a process of their own: test/integration/cli/hub and test/integration/daemon/gateway have them. */
const PROCESSES = ["hub init", "hub serve", "hub rotate-key", "hub migrate-db", "gateway"];

/** Has no end: one object for every record, see its own test. */
const ENDLESS = ["audit tail"];

describe("--json", () => {
  it.each(COMMAND_NAMES.filter((name) => !ENDLESS.includes(name) && !PROCESSES.includes(name)))(
    "prints one object for %s",
    async (name) => {
      const done = await keyward([...name.split(" "), ...(WORDS[name] ?? []), "--json"], {
        answers: { ...ANSWERS, ...(HUB_GROUPS.test(name) ? HUB_ANSWERS : {}) },
        stdin: `NAME=${SECRET}`,
        cwd: directory,
      });
      expect(done.stderr.split("\n").filter((line) => line.includes('"error"'))).toEqual([]);
      expect(done.status).toBe(0);
      expect(done.stdout.trimEnd().split("\n")).toHaveLength(1);
      const object = JSON.parse(done.stdout) as unknown;
      expect(object).toBeTypeOf("object");
      expect(Array.isArray(object)).toBe(ARRAYS.includes(name));
      expect(shape(object)).toMatchSnapshot();
      if (name !== "export") expect(done.stdout + done.stderr).not.toContain(SECRET);
      // Whatever stands on stderr beside it is one JSON object a line as well.
      for (const line of done.stderr.split("\n").filter((text) => text !== "")) expect(() => JSON.parse(line) as unknown).not.toThrow();
    },
  );

  it("keeps that form for a terminal, indented", async () => {
    const done = await keyward(["list", "--json"], { answers: ANSWERS, stdoutTty: true });
    expect(done.stdout).toContain('\n  "connections": [');
    expect(done.stdout).not.toContain("\u001b");
  });
});
