import { describe, expect, it } from "vitest";
import { createContext, type World } from "../../../../src/cli/context.ts";
import { loginInBrowser } from "../../../../src/cli/login/browser-login.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { type Answers, fakeControl } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

const LOGIN = {
  target: { profile: null, provider: "openai", connection: null },
  host: null,
  force: false,
  checks: { anyShape: false, doubtful: "ask", verify: true },
  timeoutMs: 1_000,
  open: false,
} as const;

function setting(answers: Answers) {
  const control = fakeControl(answers);
  const said: string[] = [];
  const world = {
    environment: { KEYWARD_HOME: "/nowhere" },
    stderr: { write: (text: string) => said.push(text) },
    connect: async () => control,
  };
  return {
    control,
    said,
    context: createContext(world as unknown as World, { json: true, profile: undefined, verbose: false, colour: false }),
  };
}

describe("loginInBrowser", () => {
  it("shows the address before it waits, as JSON with --json", async () => {
    const { context, said } = setting(ANSWERS);
    expect(await loginInBrowser(LOGIN, context)).toMatchObject({ provider: "openai" });
    expect(JSON.parse(said.join(""))).toEqual({ notice: { message: "Open http://127.0.0.1:7999/form to enter the key" } });
  });

  it("hands on what the daemon says", async () => {
    const expired = (): never => {
      throw new KeywardError("LOGIN_EXPIRED", "the form expired");
    };
    await expect(loginInBrowser(LOGIN, setting({ ...ANSWERS, "login.wait": expired }).context)).rejects.toMatchObject({
      code: "LOGIN_EXPIRED",
    });
  });

  it("closes the connection on a signal, which ends the login at the daemon", async () => {
    const wait = (): Promise<never> =>
      new Promise(() => {
        setImmediate(() => process.emit("SIGTERM", "SIGTERM"));
      });
    const { context, control } = setting({ ...ANSWERS, "login.wait": wait });
    await expect(loginInBrowser(LOGIN, context)).rejects.toMatchObject({ code: "LOGIN_CANCELLED", detail: { signal: "SIGTERM" } });
    await control.closed;
  });
});
