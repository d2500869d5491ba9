import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../src/core/errors.ts";
import { Prompt } from "../../../src/cli/prompt.ts";
import { FakeTerminal } from "../../support/cli/fake-world.ts";

const QUESTION = { label: "API key", instead: "--stdin", cancelled: "LOGIN_CANCELLED" } as const;

function terminal(environment: Record<string, string> = { TERM: "xterm" }): { ask: Prompt; stdin: FakeTerminal; screen: () => string } {
  const stdin = new FakeTerminal();
  const shown: string[] = [];
  const ask = new Prompt({ stdin, stderr: { write: (text) => shown.push(text), isTTY: true }, environment });
  return { ask, stdin, screen: () => shown.join("") };
}

async function failure(work: Promise<unknown>): Promise<KeywardError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (error instanceof KeywardError) return error;
  throw new Error("it did not fail as it should");
}

describe("Prompt", () => {
  it("shows stars for a secret and never the secret, then gives the terminal back", async () => {
    const { ask, stdin, screen } = terminal();
    stdin.write("hunter2x\u007f\r");
    expect(await ask.secret(QUESTION)).toBe("hunter2");
    expect(screen()).toBe("API key: *******\n");
    expect(stdin.rawModes).toEqual([true, false]);
    expect(stdin.isPaused()).toBe(true);
  });

  it("does not show how long a long secret is, and shows nothing at all on a dumb terminal", async () => {
    const long = terminal();
    long.stdin.write(`${"x".repeat(200)}\r`);
    expect(await long.ask.secret(QUESTION)).toHaveLength(200);
    expect(long.screen().match(/\*/g)).toHaveLength(32);
    const dumb = terminal({ TERM: "dumb" });
    dumb.stdin.write("abc\r");
    await dumb.ask.secret(QUESTION);
    expect(dumb.screen()).toBe("API key: \n");
  });

  it("stops the terminal's echo before it shows the question, for someone may answer at once", async () => {
    const stdin = new FakeTerminal();
    const rawWhenShown: boolean[] = [];
    const write = (): number => rawWhenShown.push(stdin.rawModes.at(-1) === true);
    const ask = new Prompt({ stdin, stderr: { write, isTTY: true }, environment: {} });
    stdin.write("abc\r");
    await ask.secret(QUESTION);
    expect(rawWhenShown[0]).toBe(true);
  });

  it("gives a second question what was typed ahead", async () => {
    const { ask, stdin } = terminal();
    stdin.write("one\rtwo\r");
    expect([await ask.secret(QUESTION), await ask.secret(QUESTION)]).toEqual(["one", "two"]);
  });

  it("ends by Ctrl-C with the question's own code and the signal, terminal restored", async () => {
    const { ask, stdin } = terminal();
    stdin.write("abc\u0003");
    expect(await failure(ask.secret(QUESTION))).toMatchObject({ code: "LOGIN_CANCELLED", detail: { signal: "SIGINT" } });
    expect(stdin.rawModes).toEqual([true, false]);
  });

  it("ends when the terminal goes away", async () => {
    const { ask, stdin } = terminal();
    stdin.end("abc");
    expect(await failure(ask.secret(QUESTION))).toMatchObject({ code: "LOGIN_CANCELLED" });
  });

  it("names the flag when there is no terminal", async () => {
    const ask = new Prompt({ stdin: new PassThrough(), stderr: { write: () => true }, environment: {} });
    expect(ask.canAsk).toBe(false);
    expect(await failure(ask.secret(QUESTION))).toMatchObject({ code: "INPUT_NEEDED", hint: "pass --stdin" });
    expect(await failure(ask.confirm("Sure?", false))).toMatchObject({
      code: "CONFIRMATION_NEEDED",
      hint: expect.stringContaining("--yes") as string,
    });
    await expect(ask.confirm("Sure?", true)).resolves.toBeUndefined();
  });

  it.each(["CI", "KEYWARD_CI", "GITHUB_ACTIONS"])("asks nobody with %s set", (name) => {
    expect(terminal({ [name]: "1" }).ask.canAsk).toBe(false);
    expect(terminal({ [name]: "false" }).ask.canAsk).toBe(true);
  });

  it.each([
    ["y\r", true],
    ["YES\r", true],
    ["\r", false],
    ["n\r", false],
    ["yep\r", false],
  ])("takes %j for a yes: %s", async (keys, yes) => {
    const { ask, stdin, screen } = terminal();
    stdin.write(keys);
    if (yes) await ask.confirm("Remove it?", false);
    else expect(await failure(ask.confirm("Remove it?", false))).toMatchObject({ code: "CONFIRMATION_NEEDED" });
    expect(screen()).toContain("Remove it? [y/N] ");
  });
});
