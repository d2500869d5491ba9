import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunParams } from "../../../../src/control/protocol.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { type Finished, keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

const directory = mkdtempSync(join(tmpdir(), "kw-run-"));
const explained = (done: Finished): RunParams => done.calls.find(({ method }) => method === "run.explain")?.params as RunParams;

describe("run", () => {
  it("never reads what belongs to the program", async () => {
    const after = ["--json", "--provider", "x", "--", "--help", "-h"];
    for (const argv of [
      ["run", "--explain", "--", "tool", ...after],
      ["run", "--explain", "tool", ...after],
    ]) {
      const done = await keyward(argv, { answers: ANSWERS, cwd: directory });
      expect(done.status).toBe(0);
      expect(explained(done)).toMatchObject({ command: "tool", selection: { connections: [], providers: [] } });
      expect(done.stdout).toContain("intercepted: api.openai.com");
    }
  });

  it("sends its options as one layer and the project's file as another", async () => {
    writeFileSync(join(directory, "keyward.json"), '{"deny":["evil.example"],"connections":{"openai":"team"}}');
    const options = [
      "--connection",
      "github=work",
      "--provider",
      "openai",
      "--allow",
      "pypi.org",
      "--deny",
      "*.x.example",
      "--deny-unmatched",
      "--rule",
      "openai:GET /v1/**",
    ];
    const done = await keyward(["run", "--explain", ...options], { answers: ANSWERS, cwd: directory });
    writeFileSync(join(directory, "keyward.json"), "{}");
    expect(explained(done)).toMatchObject({
      selection: {
        connections: [
          { provider: "github", name: "work" },
          { provider: "openai", name: "team" },
        ],
        providers: ["openai"],
      },
      layers: [
        {
          allow: ["pypi.org"],
          deny: ["*.x.example"],
          denyUnmatched: true,
          rules: [{ provider: "openai", methods: ["GET"], path: "/v1/**" }],
        },
        { allow: [], deny: ["evil.example"], denyUnmatched: false, rules: [] },
      ],
    });
  });

  it.each([
    [["run"], 2],
    [["run", "--"], 2],
    [["run", "--rule", "nonsense", "--", "true"], 2],
    [["run", "--keep-env", "A=B", "--", "true"], 2],
    [["run", "--dry-env", "--", "true"], 2],
    [["run", "--ttl", "1h", "--", "true"], 2],
    [["run", "--dry-env", "--ttl", "soon"], 2],
    [["run", "--connection", "openai", "--", "true"], 2],
  ])("ends for %j with %d before a run is started", async (argv, status) => {
    const done = await keyward(argv, { answers: ANSWERS, cwd: directory });
    expect(done).toMatchObject({ status, stdout: "", calls: [] });
  });

  it("refuses a setting that is wrong before the program runs, not after it", async () => {
    const env = { KEYWARD_AUTO_SYNC: "banana" };
    const done = await keyward(["run", "--", "true"], { answers: ANSWERS, cwd: directory, env });
    expect(done).toMatchObject({ status: 2, stdout: "", calls: [] });
    expect(done.stderr).toMatch(/^error: KEYWARD_AUTO_SYNC takes true or false/);
  });

  it("ends with 125 when keyward fails before the program", async () => {
    const failing = (): never => {
      throw new KeywardError("LOGIN_REQUIRED", "openai (work) has no stored credential", {
        hint: "keyward login openai --connection work",
      });
    };
    const done = await keyward(["run", "--connection", "openai=work", "--", "true"], { answers: { "run.start": failing }, cwd: directory });
    expect(done).toMatchObject({ status: 125, stdout: "" });
    expect(done.stderr).toBe("error: openai (work) has no stored credential\nhint: keyward login openai --connection work\n");
  });

  it("runs the program with its placeholders, prints nothing of its own, and ends the run", async () => {
    const file = join(directory, "seen");
    const home = mkdtempSync(join(tmpdir(), "kw-run-home-"));
    await keyward(["config", "set", "ui.port", "0"], { env: { KEYWARD_HOME: join(home, "h") } });
    const ca = join(home, "ca.pem");
    writeFileSync(ca, "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n");
    const started = { ...(ANSWERS["run.start"] as object), caCertificatePath: ca } as never;
    const env = { KEYWARD_HOME: join(home, "h"), PATH: process.env["PATH"] ?? "", OPENAI_API_KEY: "the user's own" };
    const done = await keyward(["run", "--", "sh", "-c", `printf %s "$OPENAI_API_KEY $HTTPS_PROXY" > '${file}'; exit 9`], {
      answers: { ...ANSWERS, "run.start": started },
      cwd: directory,
      env,
    });
    expect(done).toMatchObject({ status: 9, stdout: "", stderr: "" });
    expect(readFileSync(file, "utf8")).toBe("placeholder-1 http://run_1:token@127.0.0.1:40123");
    expect(done.calls.map(({ method }) => method)).toEqual(["run.start", "run.end"]);
    const missing = await keyward(["run", "--", "no-such-program"], { answers: { ...ANSWERS, "run.start": started }, cwd: directory, env });
    expect(missing).toMatchObject({ status: 127, stdout: "" });
    expect(missing.calls.map(({ method }) => method)).toEqual(["run.start", "run.end"]);
    expect(
      (await keyward(["run", join(directory, "keyward.json")], { answers: { ...ANSWERS, "run.start": started }, cwd: directory, env }))
        .status,
    ).toBe(126);
  });
});
