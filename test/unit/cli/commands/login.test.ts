import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { type Answers, keyward } from "../../../support/cli/fake-world.ts";
import { ACME, ANSWERS, SECRET } from "../../../support/cli/sample-answers.ts";

/** Nothing stored yet. */
const FRESH: Answers = { ...ANSWERS, "connection.list": { connections: [], notice: null } };
const stored = (calls: readonly { method: string; params: unknown }[]): unknown =>
  calls.find(({ method }) => method === "connection.store")?.params;

/** Nobody is there to ask, and the setting says that keys are tried. */
const CHECKS = { anyShape: false, doubtful: "warn", verify: true };
const AT_ACME: Answers = { ...FRESH, "provider.show": { info: ACME, definition: {} } };

describe("login", () => {
  it("takes the key from standard input and prints one line on stdout", async () => {
    const done = await keyward(["login", "openai", "--stdin"], { answers: FRESH, stdin: `${SECRET}\n` });
    expect(done).toMatchObject({
      status: 0,
      stdout: "Successfully logged in to openai (default)\n",
      stderr: "the key is kept in a file\n",
    });
    expect(stored(done.calls)).toEqual({
      profile: null,
      provider: "openai",
      connection: null,
      fields: { key: SECRET },
      force: false,
      checks: CHECKS,
    });
  });

  it("asks at the terminal with --no-browser, masked", async () => {
    const done = await keyward(["login", "openai", "--no-browser"], { answers: FRESH, typed: [`${SECRET}\r`] });
    expect(done.status).toBe(0);
    expect(stored(done.calls)).toMatchObject({ fields: { key: SECRET } });
    expect(done.stdout + done.stderr).not.toContain(SECRET);
    expect(done.stderr).toContain("OpenAI: API key: ****");
  });

  it("asks for every field of a provider, shows what is not secret", async () => {
    const done = await keyward(["login", "twilio", "--no-browser"], { answers: FRESH, typed: ["AC1\r", `${SECRET}\r`] });
    expect(stored(done.calls)).toMatchObject({ fields: { sid: "AC1", token: SECRET } });
    expect(done.stderr).toContain("Twilio: Account SID: AC1");
    expect(done.stderr).not.toContain(SECRET);
  });

  it("takes name=value lines for several fields, and values that hold '='", async () => {
    const done = await keyward(["login", "twilio", "--stdin"], { answers: FRESH, stdin: "sid=AC1\r\ntoken=a=b=\n" });
    expect(stored(done.calls)).toMatchObject({ fields: { sid: "AC1", token: "a=b=" } });
  });

  it("takes variables by name, one or several", async () => {
    const env = { MY_KEY: SECRET, SID: "AC1" };
    expect(stored((await keyward(["login", "openai", "--from-env", "MY_KEY"], { answers: FRESH, env })).calls)).toMatchObject({
      fields: { key: SECRET },
    });
    const twilio = await keyward(["login", "twilio", "--from-env", "sid=SID,token=MY_KEY"], { answers: FRESH, env });
    expect(stored(twilio.calls)).toMatchObject({ fields: { sid: "AC1", token: SECRET } });
  });

  it("takes a file and warns when others can read it", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "kw-login-")), "key");
    writeFileSync(file, `${SECRET}\n`);
    chmodSync(file, 0o644);
    const open = await keyward(["login", "openai", "--from-file", file], { answers: FRESH });
    expect(open.stderr).toContain("warning: ");
    chmodSync(file, 0o600);
    const own = await keyward(["login", "openai", "--from-file", file], { answers: FRESH });
    expect(own.stderr).not.toContain("warning: ");
    expect(stored(own.calls)).toMatchObject({ fields: { key: SECRET } });
  });

  it.each([
    ["an empty pipe", ["openai", "--stdin"], "", "KEY_EMPTY"],
    ["only line ends", ["openai", "--stdin"], "\n\n", "KEY_EMPTY"],
    ["a missing field", ["twilio", "--stdin"], "sid=AC1", "KEY_EMPTY"],
    ["an unknown field", ["twilio", "--stdin"], "sid=AC1\nsecret=x", "FIELD_UNKNOWN"],
    ["a bare value for several fields", ["twilio", "--stdin"], "AC1", "USAGE"],
    ["an unset variable", ["openai", "--from-env", "NOT_SET"], "", "INPUT_UNREADABLE"],
    ["one variable for several fields", ["twilio", "--from-env", "X"], "", "USAGE"],
    ["a missing file", ["openai", "--from-file", "/nonexistent"], "", "INPUT_UNREADABLE"],
    ["two sources", ["openai", "--stdin", "--from-env", "X"], "", "USAGE"],
    ["a bad timeout", ["openai", "--timeout", "soon"], "", "USAGE"],
    ["a bad name", ["openai", "--connection", "A B"], "", "NAME_INVALID"],
  ])("refuses %s with 2 before it stores anything", async (...[, argv, stdin, code]) => {
    const done = await keyward(["--json", "login", ...argv], { answers: FRESH, stdin });
    expect(done.status).toBe(2);
    expect(JSON.parse(done.stderr)).toMatchObject({ error: { code } });
    expect(stored(done.calls)).toBeUndefined();
  });

  it("does not repeat a key that was given as the name of a variable or as an argument", async () => {
    for (const argv of [
      ["login", "openai", SECRET],
      ["login", SECRET.toUpperCase()],
      ["login", "openai", "--from-env", SECRET],
      ["login", "openai", `--key=${SECRET}`],
      ["login", "openai", "--key", SECRET],
    ]) {
      const done = await keyward(argv, { answers: FRESH });
      expect(done.status).toBe(2);
      expect((done.stdout + done.stderr).toLowerCase()).not.toContain(SECRET.toLowerCase());
      expect(stored(done.calls)).toBeUndefined();
    }
    const explained = await keyward(["--json", "login", "openai", SECRET], { answers: FRESH });
    expect(JSON.parse(explained.stderr)).toMatchObject({ error: { code: "KEY_IN_ARGV" } });
  });

  it("does not repeat a long text that no provider is called", async () => {
    const unknown: Answers = {
      ...FRESH,
      "provider.show": ({ provider }) => {
        throw new KeywardError("PROVIDER_UNKNOWN", `there is no provider '${provider}'`);
      },
    };
    const done = await keyward(["login", "abcdef0123456789abcdef0123456789"], { answers: unknown });
    expect(done.status).toBe(2);
    expect(done.stderr).not.toContain("abcdef0123456789");
  });

  it("refuses an existing connection with 5 before it reads or asks for a key", async () => {
    for (const argv of [
      ["openai", "--stdin"],
      ["openai", "--no-browser"],
      ["openai", "--form"],
      ["openai", "--connection", "work", "--stdin"],
    ]) {
      const done = await keyward(["login", ...argv], { answers: ANSWERS, stdin: SECRET });
      expect(done.status).toBe(5);
      expect(done.stderr).toContain("hint: add --force");
      expect(done.calls.map(({ method }) => method)).toEqual(["provider.show", "connection.list"]);
    }
    const forced = await keyward(["login", "openai", "--stdin", "--force"], { answers: ANSWERS, stdin: SECRET });
    expect(stored(forced.calls)).toMatchObject({ force: true });
    expect((await keyward(["login", "openai", "--connection", "third", "--stdin"], { answers: ANSWERS, stdin: SECRET })).status).toBe(0);
  });

  it("fails with 4 and the exact command when nobody can be asked", async () => {
    const done = await keyward(["login", "openai"], { answers: FRESH });
    expect(done.status).toBe(4);
    expect(done.stderr).toContain("hint: keyward login openai --from-env OPENAI_API_KEY");
    const several = await keyward(["login", "twilio", "--connection", "work"], { answers: FRESH });
    expect(several.stderr).toContain("keyward login twilio --connection work --from-env sid=TWILIO_ACCOUNT_SID,token=TWILIO_AUTH_TOKEN");
  });

  it("never opens a browser or asks in CI, even at a terminal with a display", async () => {
    const done = await keyward(["login", "openai"], { answers: FRESH, env: { CI: "true", DISPLAY: ":0" }, typed: ["x\r"] });
    expect(done.status).toBe(4);
    expect(done.calls.map(({ method }) => method)).not.toContain("login.start");
  });

  it("shows the form's address on stderr with --form and waits for it", async () => {
    const done = await keyward(["login", "openai", "--form", "--timeout", "2m"], { answers: FRESH, env: { BROWSER: "none" } });
    expect(done).toMatchObject({ status: 0, stdout: "Successfully logged in to openai (default)\n" });
    expect(done.stderr).toContain("Open http://127.0.0.1:7999/form to enter the key");
    expect(done.calls.find(({ method }) => method === "login.start")?.params).toMatchObject({ timeoutMs: 120_000, force: false });
  });

  it("opens BROWSER with the address, also without a terminal, and says when it cannot", async () => {
    const started = await keyward(["login", "openai"], { answers: FRESH, env: { BROWSER: "true" } });
    expect(started.status).toBe(0);
    expect(started.stderr).not.toContain("no browser could be started");
    const failed = await keyward(["login", "openai"], { answers: FRESH, env: { BROWSER: "/nonexistent/browser %s" } });
    expect(failed.stderr).toContain("no browser could be started");
  });

  it("ends by Ctrl-C in the browser flow with 130, and takes its signal handlers away", async () => {
    const handlers = process.listenerCount("SIGINT");
    const answers: Answers = {
      ...FRESH,
      "login.wait": () =>
        new Promise(() => {
          setImmediate(() => process.emit("SIGINT", "SIGINT"));
        }),
    };
    const done = await keyward(["login", "openai", "--form"], { answers, env: { BROWSER: "none" } });
    expect(done.status).toBe(130);
    expect(done.stderr).toContain("error: the login was ended before a key was given");
    expect(process.listenerCount("SIGINT")).toBe(handlers);
  });

  it("takes the host from --host and asks for it no more, also in the form", async () => {
    const piped = await keyward(["login", "acme", "--host", "eu.acme.test", "--stdin"], { answers: AT_ACME, stdin: `${SECRET}\n` });
    expect(stored(piped.calls)).toMatchObject({ fields: { host: "eu.acme.test", key: SECRET } });
    const lines = await keyward(["login", "acme", "--stdin"], { answers: AT_ACME, stdin: `host=eu.acme.test\nkey=${SECRET}\n` });
    expect(stored(lines.calls)).toMatchObject({ fields: { host: "eu.acme.test", key: SECRET } });
    const form = await keyward(["login", "acme", "--host", "eu.acme.test", "--form"], { answers: AT_ACME, env: { BROWSER: "none" } });
    expect(form.calls.find(({ method }) => method === "login.start")?.params).toMatchObject({ host: "eu.acme.test" });
    const useless = await keyward(["--json", "login", "openai", "--host", "x.test", "--stdin"], { answers: FRESH, stdin: SECRET });
    expect(JSON.parse(useless.stderr)).toMatchObject({ error: { code: "USAGE" } });
  });

  it("asks for an optional field and takes an empty answer for no", async () => {
    const done = await keyward(["login", "acme", "--no-browser"], { answers: AT_ACME, typed: ["eu.acme.test\r", `${SECRET}\r`, "\r"] });
    expect(stored(done.calls)).toMatchObject({ fields: { host: "eu.acme.test", key: SECRET } });
    expect(done.stderr).toContain("Acme: Site (for example eu.acme.test)");
    expect(done.stderr).toContain("Acme: Extra key (optional)");
  });

  it("lets a person at the terminal overrule a doubtful pattern, and nobody else", async () => {
    const doubts: boolean[] = [];
    const answers: Answers = {
      ...FRESH,
      "connection.store": ({ checks }) => {
        doubts.push(checks.anyShape);
        if (!checks.anyShape) throw new KeywardError("KEY_UNUSUAL", "the value does not look as usual");
        return { provider: "openai", name: "default", id: "con_1", replaced: false, notices: [] };
      },
    };
    const yes = await keyward(["login", "openai", "--no-browser"], { answers, typed: [`${SECRET}\r`, "y\r"] });
    expect(yes.status).toBe(0);
    expect(doubts).toEqual([false, true]);
    const no = await keyward(["login", "openai", "--no-browser"], { answers, typed: [`${SECRET}\r`, "\r"] });
    expect(no.status).toBe(4);
    doubts.length = 0;
    expect((await keyward(["login", "openai", "--stdin"], { answers, stdin: SECRET })).status).toBe(4);
    expect((await keyward(["login", "openai", "--stdin", "--any-shape"], { answers, stdin: SECRET })).status).toBe(0);
    expect(doubts).toEqual([false, true]);
  });

  it("tries the key unless told not to, and says when there is no way to", async () => {
    const given = async (...flags: string[]): Promise<unknown> =>
      stored((await keyward(["login", "openai", "--stdin", ...flags], { answers: FRESH, stdin: SECRET })).calls);
    expect(await given("--no-verify")).toMatchObject({ checks: { verify: false } });
    expect(await given("--verify")).toMatchObject({ checks: { verify: true } });
    const none = await keyward(["login", "acme", "--host", "eu.acme.test", "--stdin", "--verify"], { answers: AT_ACME, stdin: SECRET });
    expect(none.stderr).toContain("no request is declared that could check a key of Acme");
  });

  it("ends by Ctrl-C at the prompt with 130", async () => {
    const done = await keyward(["login", "openai", "--no-browser"], { answers: FRESH, typed: ["sk-\u0003"] });
    expect(done.status).toBe(130);
    expect(stored(done.calls)).toBeUndefined();
  });
});
