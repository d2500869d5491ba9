import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ImportRow } from "../../../../src/control/protocol.ts";
import { type Answers, keyward } from "../fake-world.ts";
import { ANSWERS, SECRET } from "../sample-answers.ts";

const directory = mkdtempSync(join(tmpdir(), "kw-commands-"));

describe("creds import", () => {
  const rows = (...outcomes: ImportRow["outcome"][]): Answers => ({
    "connection.import": {
      rows: outcomes.map((outcome, at) => ({ name: `N${at}`, provider: null, connection: null, outcome, reason: null })),
      notice: null,
    },
  });

  it("passes pairs on and prints names and outcomes, never values", async () => {
    const done = await keyward(["creds", "import", "-", "--connection", "work", "--dry-run"], {
      answers: ANSWERS,
      stdin: `OPENAI_API_KEY=${SECRET}\nnonsense\n`,
    });
    expect(done.status).toBe(0);
    expect(done.calls[0]?.params).toEqual({
      profile: null,
      pairs: [{ name: "OPENAI_API_KEY", value: SECRET }],
      connection: "work",
      dryRun: true,
      force: false,
    });
    expect(done.stdout + done.stderr).not.toContain(SECRET);
    expect(done.stderr).toContain("skipped line 2");
  });

  it.each([
    [["stored", "unknown"], 0],
    [["would store"], 0],
    [["exists"], 0],
    [["stored", "refused"], 1],
    [["incomplete"], 1],
    [["unknown"], 7],
  ] as const)("ends for outcomes %j with %d", async (outcomes, status) => {
    expect((await keyward(["creds", "import", "-"], { answers: rows(...outcomes), stdin: "A=b" })).status).toBe(status);
  });

  it("ends with 7 for an empty file and 2 for a missing one, and asks the daemon for nothing", async () => {
    expect(await keyward(["creds", "import", "-"], { stdin: "# nothing\n" })).toMatchObject({ status: 7, calls: [] });
    expect(await keyward(["creds", "import", "missing.env"])).toMatchObject({ status: 2, calls: [] });
  });
});

describe("config", () => {
  it("sets, gets, lists and unsets without a daemon, in a home it makes 0700", async () => {
    const env = { KEYWARD_HOME: join(directory, "home") };
    expect(await keyward(["config", "set", "daemon.idle_timeout", "2h"], { env })).toMatchObject({
      status: 0,
      stdout: "daemon.idle_timeout = 7200\n",
      calls: [],
    });
    expect((await keyward(["config", "get", "daemon.idle_timeout"], { env })).stdout).toBe("7200\n");
    expect((await keyward(["config", "list"], { env })).stdout).toMatch(/daemon\.idle_timeout +7200 +file/);
    expect((await keyward(["config", "unset", "daemon.idle_timeout"], { env })).stdout).toContain("back to its default: 43200");
    expect((await keyward(["config", "unset", "daemon.idle_timeout"], { env })).stdout).toContain("was not set");
    expect(readFileSync(join(env.KEYWARD_HOME, "config.json"), "utf8")).toBe("{}\n");
  });

  it("refuses unknown keys with the list and bad values with an example, and writes nothing", async () => {
    const env = { KEYWARD_HOME: join(directory, "untouched") };
    expect(await keyward(["config", "set", "no.such", "1"], { env })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("upstream.ca_file") as string,
    });
    expect(await keyward(["config", "set", "ui.port", "99999"], { env })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("for example:") as string,
    });
    expect(existsSync(env.KEYWARD_HOME)).toBe(false);
  });
});

describe("daemon", () => {
  it("tells that none runs without starting one", async () => {
    expect(await keyward(["daemon", "status"], { daemonRuns: false })).toMatchObject({ status: 0, calls: [] });
    expect((await keyward(["daemon", "status", "--json"], { daemonRuns: false })).stdout).toBe('{"running":false}\n');
    expect(await keyward(["daemon", "stop"], { daemonRuns: false })).toMatchObject({
      status: 0,
      stdout: "the daemon is not running\n",
      calls: [],
    });
  });

  it("stops it over the socket and says that live runs bring it back", async () => {
    const done = await keyward(["daemon", "stop"], { answers: ANSWERS });
    expect(done.calls.map(({ method }) => method)).toEqual(["daemon.status", "daemon.stop"]);
    expect(done.stderr).toContain("1 live run(s) will start it again");
  });

  it("shows the last lines of the log, without control characters", async () => {
    const home = join(directory, "logs");
    await keyward(["config", "set", "ui.port", "0"], { env: { KEYWARD_HOME: home } });
    writeFileSync(join(home, "state", "daemon.log"), "one\ntwo\nthr\u001bee\n");
    const done = await keyward(["daemon", "logs", "--lines", "2"], { env: { KEYWARD_HOME: home } });
    expect(done.stdout).toBe("two\nthree\n");
    expect((await keyward(["daemon", "logs", "--lines", "many"], { env: { KEYWARD_HOME: home } })).status).toBe(2);
  });
});

describe("profile", () => {
  it("asks for a new passphrase twice and refuses two that differ", async () => {
    const same = await keyward(["profile", "create", "work", "--custody", "passphrase"], {
      answers: ANSWERS,
      typed: ["open sesame\r", "open sesame\r"],
    });
    expect(same.calls[0]?.params).toEqual({ profile: "work", custody: "passphrase", passphrase: "open sesame" });
    const different = await keyward(["profile", "rekey"], { answers: ANSWERS, typed: ["one\r", "two\r"] });
    expect(different).toMatchObject({ status: 2, calls: [] });
    expect(same.stderr + different.stderr).not.toMatch(/sesame|one|two\r/);
  });

  it("takes a passphrase from standard input, and says so when it cannot ask", async () => {
    const piped = await keyward(["profile", "unlock", "--passphrase-stdin"], { answers: ANSWERS, stdin: " with space \n" });
    expect(piped.calls[0]?.params).toEqual({ profile: null, passphrase: " with space " });
    expect(await keyward(["profile", "unlock"], { answers: ANSWERS })).toMatchObject({
      status: 4,
      stderr: expect.stringContaining("--passphrase-stdin") as string,
    });
  });

  it("uses only a profile that is there, and deletes only after a yes", async () => {
    expect((await keyward(["profile", "use", "work"], { answers: ANSWERS })).status).toBe(0);
    expect((await keyward(["profile", "use", "nope"], { answers: ANSWERS })).status).toBe(2);
    expect((await keyward(["profile", "delete", "work"], { answers: ANSWERS })).status).toBe(4);
    expect(await keyward(["profile", "delete", "nope"], { answers: ANSWERS })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("nothing to delete") as string,
    });
  });
});

describe("provider validate", () => {
  it("names every problem with its file and ends with 2", async () => {
    const answers: Answers = {
      "provider.validate": ({ path }) => ({ id: "x", problems: path.endsWith("bad.json") ? ["line 3: id: missing"] : [] }),
    };
    writeFileSync(join(directory, "good.json"), "{}");
    writeFileSync(join(directory, "bad.json"), "{}");
    const done = await keyward(["provider", "validate", "good.json", "bad.json"], { answers, cwd: directory });
    expect(done).toMatchObject({ status: 2, stdout: "good.json: ok (x)\nbad.json: line 3: id: missing\n" });
  });
});

describe("audit", () => {
  it("passes its filters on", async () => {
    const done = await keyward(["audit", "list", "--run", "run_1", "--provider", "openai", "--since", "1h", "--denied", "--limit", "5"], {
      answers: ANSWERS,
    });
    expect(done.calls[0]?.params).toEqual({
      profile: null,
      run: "run_1",
      provider: "openai",
      sinceMs: Date.UTC(2025, 0, 31, 11),
      denied: true,
      limit: 5,
    });
    expect(done.stdout).toContain("GET api.openai.com/v1/models");
  });

  it("ends with 1 when the chain is broken", async () => {
    expect((await keyward(["audit", "verify"], { answers: ANSWERS })).status).toBe(0);
    const broken = await keyward(["audit", "verify", "--json"], { answers: { "audit.verify": { records: 9, firstBadSeq: 4 } } });
    expect(broken).toMatchObject({ status: 1, stdout: '{"ok":false,"records":9,"first_bad_seq":4}\n' });
  });
});

describe("runs end", () => {
  it("asks the daemon only about what can be a run", async () => {
    expect(await keyward(["runs", "end", "../x"], { answers: ANSWERS })).toMatchObject({ status: 2, calls: [] });
    expect((await keyward(["runs", "end", "run_1"], { answers: ANSWERS })).stdout).toBe("ended run_1: 3 requests, 1 denied\n");
  });
});

describe("connection default", () => {
  it("says what changed", async () => {
    expect((await keyward(["connection", "default", "openai", "work"], { answers: ANSWERS })).stdout).toBe(
      "work is now the default of openai\n",
    );
    expect((await keyward(["connection", "default", "openai", "default"], { answers: ANSWERS })).stdout).toBe(
      "default already is the default of openai\n",
    );
  });
});
