import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../../src/core/error-table.ts";
import { KeywardError } from "../../../src/core/errors.ts";
import { keyward } from "../../support/cli/fake-world.ts";
import { ANSWERS } from "../../support/cli/sample-answers.ts";

describe("runCli", () => {
  it("prints where to start and ends with 0 when nothing is asked for", async () => {
    const done = await keyward([]);
    expect(done.status).toBe(0);
    expect(done.stdout).toContain("Start here:");
    expect(done.stderr).toBe("");
  });

  it.each([["--version"], ["-V"]])("prints the version alone for %s", async (flag) => {
    const done = await keyward([flag]);
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect(done.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [["help", "login"], "Usage: keyward login"],
    [["login", "--help"], "Usage: keyward login"],
    [["login", "-h"], "Usage: keyward login"],
    [["help", "provider", "add"], "Usage: keyward provider add"],
    [["provider"], "Usage: keyward provider <command>"],
    [["provider", "--help"], "Usage: keyward provider <command>"],
    [["--json", "--profile", "work", "run", "--help"], "Usage: keyward run [options] -- [command...]"],
  ])("explains %j on stdout", async (argv, start) => {
    const done = await keyward(argv);
    expect(done.status).toBe(0);
    expect(done.stdout).toContain(start);
    expect(done.calls).toEqual([]);
  });

  it.each([
    [["lst"], "unknown command 'lst'", "did you mean keyward list?"],
    [["provider", "lsit"], "unknown command 'provider lsit'", "did you mean keyward provider list?"],
    [["list", "--jsno"], "unknown option '--jsno'", "did you mean --json?"],
    [["login"], "login needs <provider>", "keyward login --help"],
    [["list", "extra"], "too many arguments", "keyward list --help"],
    [["login", "openai", "--connection"], "option '--connection <name>' argument missing", "keyward login --help"],
    [["export", "--format", "yaml"], "--format takes one of env, shell,", "keyward export --help"],
    [["--nonsense"], "unknown option '--nonsense'", "keyward --help"],
    [["help", "nothing"], "no command has this name", "keyward --help"],
    [["run"], "run needs a program to run", "keyward run -- COMMAND"],
  ])("refuses %j with 2 and says what to type", async (argv, message, hint) => {
    const done = await keyward(argv, { answers: ANSWERS });
    expect(done.status).toBe(2);
    expect(done.stdout).toBe("");
    expect(done.stderr).toContain(`error: ${message}`);
    expect(done.stderr).toContain(`hint: ${hint}`);
    expect(done.stderr).not.toContain("    at ");
  });

  it.each([
    [["sk-Abc123"]],
    [["list", "--Sk-Abc123=Abc123"]],
    [["list", "-Abc123"]],
    [["login", "openai", "Abc123"]],
    [["list", "Abc123"]],
    [["help", "Abc123"]],
  ])("does not repeat what may be a key: %j", async (argv) => {
    const done = await keyward(argv, { answers: ANSWERS });
    expect(done.status).toBe(2);
    expect(done.stderr).not.toContain("Abc123");
  });

  it("prints errors as one JSON line on stderr with --json, wherever it stands", async () => {
    for (const argv of [
      ["--json", "nope"],
      ["nope", "--json"],
      ["list", "x", "--json"],
    ]) {
      const done = await keyward(argv);
      expect(done.stdout).toBe("");
      expect(Object.keys(JSON.parse(done.stderr) as object)).toEqual(["error"]);
      expect(JSON.parse(done.stderr)).toMatchObject({ error: { code: "USAGE" } });
      expect(done.stderr.trimEnd().split("\n")).toHaveLength(1);
    }
  });

  it("ends with the status of the daemon's error", async () => {
    const failing = () => {
      throw new KeywardError("STORE_KEY_WRONG", "the key does not open the store", { hint: "keyward profile unlock" });
    };
    const done = await keyward(["list"], { answers: { "connection.list": failing } });
    expect(done).toMatchObject({ status: 1, stdout: "", stderr: "error: the key does not open the store\nhint: keyward profile unlock\n" });
  });

  it("shows a stack for a bug, without the text of the foreign error", async () => {
    const failing = () => {
      throw new TypeError("cannot read canary-value");
    };
    const done = await keyward(["list"], { answers: { "connection.list": failing } });
    expect(done.status).toBe(70);
    expect(done.stderr).toContain("    at ");
    expect(done.stderr).not.toContain("canary-value");
  });

  it("strips control characters of an error's text", async () => {
    const failing = () => {
      throw new KeywardError("USAGE", "bad \u001b]52;c;AAAA\u0007 \u202etext");
    };
    const done = await keyward(["list"], { answers: { "connection.list": failing } });
    expect(done.stderr).toBe("error: bad ]52;c;AAAA text\nhint: keyward list --help\n");
  });

  it("names the command's help after what was typed wrong, where nothing better is known, and nothing after another failure", async () => {
    const failing = (code: ErrorCode) => (): never => {
      throw new KeywardError(code, "it is wrong");
    };
    const list = async (code: ErrorCode) => await keyward(["list", "--json"], { answers: { "connection.list": failing(code) } });
    expect(JSON.parse((await list("INPUT_UNREADABLE")).stderr)).toMatchObject({
      error: { hint: "keyward list --help", next_steps: [{ command: "keyward list --help" }] },
    });
    expect(JSON.parse((await list("STORE_FULL")).stderr)).toEqual({
      error: { code: "STORE_FULL", message: "it is wrong", next_steps: [] },
    });
  });

  it("passes the profile of --profile before KEYWARD_PROFILE, and refuses a bad name", async () => {
    const env = { KEYWARD_PROFILE: "home" };
    expect((await keyward(["list"], { answers: ANSWERS, env })).calls[0]?.params).toEqual({ profile: "home" });
    expect((await keyward(["--profile", "work", "list"], { answers: ANSWERS, env })).calls[0]?.params).toEqual({ profile: "work" });
    expect((await keyward(["list", "--profile=work"], { answers: ANSWERS, env })).calls[0]?.params).toEqual({ profile: "work" });
    expect((await keyward(["list", "--profile", "../x"], { answers: ANSWERS })).status).toBe(2);
  });

  it("asks for the passphrase of a locked profile once and goes on", async () => {
    let locked = true;
    const list = () => {
      if (locked) throw new KeywardError("PROFILE_LOCKED", "the profile is locked", { hint: "keyward profile unlock" });
      return { connections: [], notice: null };
    };
    const unlock = ANSWERS["profile.unlock"];
    const answers = {
      ...ANSWERS,
      "connection.list": list,
      "profile.unlock": () => {
        locked = false;
        return unlock as never;
      },
    };
    const asked = await keyward(["list"], { answers, typed: ["open sesame\r"] });
    expect(asked.status).toBe(0);
    expect(asked.stderr).not.toContain("sesame");
    expect(asked.calls[1]).toEqual({ method: "profile.unlock", params: { profile: null, passphrase: "open sesame" } });
    locked = true;
    expect(await keyward(["list"], { answers })).toMatchObject({ status: 4, stdout: "" });
  });

  it("runs a command by its old name with one hint on stderr, and the output of the new one", async () => {
    const [old, now] = [await keyward(["auth", "extract", "--homedir", "."]), await keyward(["creds", "discover", "--homedir", "."])];
    expect(old).toEqual({ ...now, stderr: "hint: keyward auth extract is now keyward creds discover\n" });
    expect((await keyward(["auth", "extract", "--homedir", ".", "--json"])).stderr).toBe(
      `${JSON.stringify({ notice: { message: "hint: keyward auth extract is now keyward creds discover" } })}\n`,
    );
    expect((await keyward(["help", "auth", "extract"])).stdout).toContain("Usage: keyward creds discover");
    expect((await keyward(["--help"])).stdout).not.toContain("extract");
  });
});
