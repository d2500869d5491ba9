import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createContext, type World } from "../../../../src/cli/context.ts";
import { type ComputedFlags, loginByComputing, readComputedFlow } from "../../../../src/cli/login/computed-login.ts";
import type { ProviderInfo } from "../../../../src/control/protocol.ts";
import { type Call, fakeControl } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";
import { failure } from "../../oauth/computed/keys.ts";

const field = (name: string, more = {}) => ({ name, label: name, secret: false, optional: false, env: [], hint: null, ...more });
const provider = {
  id: "acme",
  name: "Acme",
  computed: [
    {
      flow: "app",
      fields: [field("app_id"), field("key", { secret: true, multiline: true })],
      fileField: "key",
      howTo: "there",
      pageUrl: null,
    },
  ],
} as unknown as ProviderInfo;

function setting(flags: ComputedFlags, options: { readonly stdin?: string; readonly withForm?: boolean } = {}) {
  const calls: Call[] = [];
  const control = fakeControl(ANSWERS, calls);
  const cwd = mkdtempSync(join(tmpdir(), "kw-flow-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, "key.pem"), "line one\nline two\n");
  chmodSync(join(cwd, "key.pem"), 0o600);
  const stdin = (async function* () {
    yield Buffer.from(options.stdin ?? "");
  })();
  const world = {
    environment: { KEYWARD_HOME: "/nowhere", APP_KEY: "from a variable" },
    cwd,
    stdin,
    stderr: { write: () => true },
    connect: async () => control,
  };
  const context = createContext(world as unknown as World, { json: true, profile: undefined, verbose: false, colour: false });
  const target = { profile: null, provider: "acme", connection: null };
  const command = { flags, provider, target, host: null, force: false, timeoutMs: 1_000, open: false, withForm: options.withForm === true };
  return { calls, login: () => loginByComputing("app", command, context) };
}

const sent = (calls: readonly Call[], method: string): Record<string, unknown> =>
  (calls.find((call) => call.method === method)?.params ?? {}) as Record<string, unknown>;

describe("what a credential is computed from", () => {
  it.each([
    [{ fromFile: "key.pem" }, undefined, "line one\nline two\n"],
    [{ stdin: true }, "from a pipe\n", "from a pipe\n"],
    [{ fromEnv: "APP_KEY" }, undefined, "from a variable"],
  ])("comes whole from %j", async (flags, stdin, key) => {
    const { calls, login } = setting({ ...flags, set: ["app_id=1=2"] }, stdin === undefined ? {} : { stdin });
    await login();
    expect(sent(calls, "connection.store")).toMatchObject({ flow: "app", fields: { app_id: "1=2", key }, force: false });
  });

  it("is asked for in the form when nothing names its source, but for what was given", async () => {
    const { calls, login } = setting({ set: ["app_id=1"] }, { withForm: true });
    await login();
    expect(sent(calls, "login.start")).toMatchObject({ flow: "app", given: { app_id: "1" } });
  });

  it.each([
    [{ set: ["key=x"] }, "KEY_IN_ARGV"],
    [{ set: ["other=x"] }, "FIELD_UNKNOWN"],
    [{ set: ["sensitive"] }, "FIELD_UNKNOWN"],
    [{ set: ["app_id=1"], fromEnv: "NOT_SET" }, "INPUT_UNREADABLE"],
    [{ set: ["app_id=1"], fromFile: "missing.pem" }, "INPUT_UNREADABLE"],
    [{ set: ["app_id=1"], stdin: true }, "KEY_EMPTY"],
    [{ fromFile: "key.pem" }, "INPUT_NEEDED"],
    [{ set: ["app_id=1"], scope: "x" }, "USAGE"],
  ] as const)("is refused when it is %j", async (flags, code) => {
    const refused = await failure(() => setting(flags).login());
    expect(refused.code).toBe(code);
    expect(refused.message).not.toContain("sensitive");
  });

  it("is told apart from the flows that need no key", () => {
    expect([readComputedFlow("app"), readComputedFlow("browser"), readComputedFlow(undefined)]).toEqual(["app", null, null]);
  });
});
