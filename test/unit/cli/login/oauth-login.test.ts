import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { type Answers, type FakeOptions, type Finished, keyward } from "../../../support/cli/fake-world.ts";
import { ACME, ANSWERS } from "../../../support/cli/sample-answers.ts";

const begun = { loginId: "log_1", expiresAtMs: 0, url: null, device: null };
const device = {
  userCode: "ABCD-EFGH",
  verificationUrl: "https://auth.acme.test/device",
  completeUrl: "https://auth.acme.test/device?user_code=ABCD-EFGH",
};
const flows = ["browser", "device", "token", "client_credentials"];
const fresh: Answers = {
  ...ANSWERS,
  "connection.list": { connections: [], notice: null },
  "provider.show": { info: ACME, definition: { oauth: { flows } } },
  "login.authorize": begun,
  "login.wait": { provider: "acme", name: "default", id: "con_1", replaced: false, notices: [] },
};
const login = (flags: readonly string[], options: FakeOptions = {}): Promise<Finished> =>
  keyward(["login", "acme", ...flags], { ...options, answers: { ...fresh, ...options.answers } });
const sent = ({ calls }: Finished): unknown => calls.find(({ method }) => method === "login.authorize")?.params;

describe("an OAuth login on the command line", () => {
  it("says what was asked for, and nothing that was not", async () => {
    const done = await login(["--flow", "browser", "--no-browser", "--scope", "a,b c", "--client-id", "app", "--redirect-port", "8917"]);
    expect(sent(done)).toEqual({
      profile: null,
      provider: "acme",
      connection: null,
      flow: "browser",
      host: null,
      force: false,
      timeoutMs: 600_000,
      scopes: ["a", "b", "c"],
      clientId: "app",
      clientSecret: null,
      refreshToken: null,
      redirectPort: 8917,
    });
    expect(done).toMatchObject({ status: 0, stdout: "Successfully logged in to acme (default)\n" });
  });

  it("shows the address", async () => {
    const answers = { "login.authorize": { ...begun, url: "https://auth.acme.test/authorize?x=1" } };
    const done = await login(["--flow", "browser", "--no-browser"], { answers });
    expect(done.stderr).toContain("Open https://auth.acme.test/authorize?x=1 to log in\n");
  });

  it("shows the code as text on a pipe, and beside it as a picture on a terminal that is wide enough", async () => {
    const answers = { "login.authorize": { ...begun, device } };
    const line = "Enter the code ABCD-EFGH at https://auth.acme.test/device\n";
    const pipe = await login(["--flow", "device", "--no-browser"], { answers });
    expect(pipe.stderr).toContain(line);
    expect(pipe.stderr).not.toContain("█");
    const terminal = { answers, typed: [""], columns: 100 };
    expect((await login(["--flow", "device", "--no-browser"], terminal)).stderr).toMatch(/█{20}/);
    expect((await login(["--flow", "device", "--no-browser", "--no-qr"], terminal)).stderr).not.toContain("█");
    const narrow = await login(["--flow", "device", "--no-browser"], { ...terminal, columns: 30 });
    expect(narrow.stderr).toContain(line);
    expect(narrow.stderr).not.toContain("█");
  });

  it.each(["browser", "device"])("by %s needs somebody who can see it, and says what to pass", async (flow) => {
    for (const options of [{}, { typed: [""], env: { CI: "true" } }]) {
      const done = await login(["--flow", flow], options);
      expect(done.status).toBe(4);
      expect(done.stderr).toContain("keyward login acme --flow token --stdin");
      expect(done.stderr).toContain(`--flow ${flow} --no-browser`);
      expect(sent(done)).toBeUndefined();
    }
  });

  it("leaves a flow that the provider has not to the daemon", async () => {
    const refuse = (): never => {
      throw new KeywardError("OAUTH_UNSUPPORTED", "Acme has no login by 'device'");
    };
    const answers: Answers = { "provider.show": { info: ACME, definition: {} }, "login.authorize": refuse };
    expect((await login(["--flow", "device"], { answers })).status).toBe(2);
  });

  it("takes the client's secret from standard input, and with a token the token first", async () => {
    expect(sent(await login(["--flow", "client_credentials", "--client-id", "app", "--stdin"], { stdin: "s3\n" }))).toMatchObject({
      clientSecret: "s3",
      refreshToken: null,
    });
    expect(sent(await login(["--flow", "token", "--stdin"], { stdin: "r1\r\ns3\r\n" }))).toMatchObject({
      clientSecret: "s3",
      refreshToken: "r1",
    });
    expect((await login(["--flow", "token", "--stdin"], { stdin: "\n" })).status).toBe(2);
  });

  it("asks for a secret when it turns out that one is needed", async () => {
    const answers: Answers = {
      "login.authorize": ({ clientSecret }) => {
        if (clientSecret === "s3") return begun;
        throw new KeywardError("OAUTH_CLIENT", "the client secret is needed", { detail: { missing: "secret" } });
      },
    };
    const flags = ["--flow", "client_credentials", "--client-id", "app"];
    const done = await login(flags, { answers, typed: ["s3\r"] });
    expect(done.status).toBe(0);
    expect(done.stderr).toContain("Acme: client secret: **");
    expect(await login(flags, { answers })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("the client secret is needed") as string,
    });
  });

  it("asks for the client in the browser with --form, and takes nothing else to be one", async () => {
    const url = "http://127.0.0.1:7999/login/x";
    const answers = { "login.authorize": { ...begun, url } };
    const done = await login(["--flow", "browser", "--form"], { answers, env: { BROWSER: "none" } });
    expect(done).toMatchObject({ status: 0, stderr: expect.stringContaining(`Open ${url} to log in\n`) as string });
    expect(sent(done)).toMatchObject({ clientId: null, clientSecret: null, form: { uiPort: 0 } });
    const alone = await login(["--flow", "client_credentials", "--client-id", "app", "--form"], { answers, env: { BROWSER: "none" } });
    expect(sent(alone)).toMatchObject({ clientId: "app", form: { uiPort: 0 } });
  });

  it("opens the form when a secret turns out to be needed where a browser is", async () => {
    const answers: Answers = {
      "login.authorize": ({ form }) => {
        if (form !== undefined) return { ...begun, url: "http://127.0.0.1:7999/login/x" };
        throw new KeywardError("OAUTH_CLIENT", "the client secret is needed", { detail: { missing: "secret" } });
      },
    };
    const flags = ["--flow", "browser", "--client-id", "app"];
    const done = await login(flags, { answers, env: { BROWSER: "true" }, typed: ["never asked\r"] });
    expect(done).toMatchObject({ status: 0, stderr: expect.stringContaining("Open http://127.0.0.1:7999/login/x") as string });
    expect(done.stderr).not.toContain("client secret:");
    // Without one it stays the masked question.
    expect((await login([...flags, "--no-browser"], { answers })).stderr).toContain("the client secret is needed");
  });

  it.each([
    [["--flow", "device", "--form"], "--form asks for an OAuth client with --flow browser and --flow client_credentials only"],
    [["--flow", "token", "--form"], "--form asks for an OAuth client"],
    [["--flow", "browser", "--form", "--stdin"], "--form excludes every other source"],
    [["--flow", "browser", "--form", "--no-browser"], "--form excludes every other source"],
    [["--flow", "magic"], "--flow is browser, device, token"],
    [["--flow", ""], "--flow is browser"],
    [["--scope", "a"], "--scope needs --flow"],
    [["--client-id", "a"], "--client-id needs --flow"],
    [["--redirect-port", "1"], "--redirect-port needs --flow"],
    [["--flow", "browser", "--no-browser", "--redirect-port", "70000"], "--redirect-port is a port number"],
    [["--flow", "browser", "--from-env", "X"], "--flow takes no key"],
    [["--flow", "browser", "--host", "a.test", "--base-url", "https://a.test"], "--host and --base-url exclude each other"],
  ])("refuses %j", async (flags, message) => {
    const done = await login(flags);
    expect(done.status).toBe(2);
    expect(done.stderr).toContain(message);
    expect(sent(done)).toBeUndefined();
  });

  it("gives the base URL to the daemon, for a key as well", async () => {
    const url = "https://own.acme.test";
    expect(sent(await login(["--flow", "token", "--stdin", "--base-url", url], { stdin: "r1\n" }))).toMatchObject({ host: url });
    const answers: Answers = { "connection.store": { provider: "acme", name: "default", id: "con_1", replaced: false, notices: [] } };
    const { calls } = await keyward(["login", "openai", "--stdin", "--base-url", url], {
      answers: { ...ANSWERS, "connection.list": { connections: [], notice: null }, ...answers },
      stdin: "k\n",
    });
    expect(calls.find(({ method }) => method === "connection.store")?.params).toMatchObject({ fields: { key: "k", host: url } });
  });
});
