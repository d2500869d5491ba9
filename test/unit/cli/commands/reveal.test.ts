import { describe, expect, it } from "vitest";
import { type Answers, keyward } from "../fake-world.ts";
import { ANSWERS, SECRET } from "../sample-answers.ts";

const INSIDE = { HTTPS_PROXY: "http://run_8fK2s0aQ1xYz7bTm:token@127.0.0.1:40123" };
const two = (first: Record<string, string>, second: Record<string, string>): Answers => ({
  "connection.reveal": {
    connections: [
      { provider: "one", name: "default", fields: {}, env: first },
      { provider: "two", name: "work", fields: {}, env: second },
    ],
  },
});

describe("export", () => {
  it("prints NAME=value on stdout and nothing else", async () => {
    expect(await keyward(["export", "openai", "--yes"], { answers: ANSWERS })).toMatchObject({
      status: 0,
      stdout: `OPENAI_API_KEY=${SECRET}\n`,
      stderr: "",
    });
  });

  it("wants a terminal or --yes", async () => {
    const done = await keyward(["export", "openai"], { answers: ANSWERS });
    expect(done).toMatchObject({ status: 4, stdout: "", calls: [] });
    expect((await keyward(["export", "openai"], { answers: ANSWERS, typed: ["unused"] })).status).toBe(0);
  });

  it("is refused inside a run before the daemon is asked, --yes or not", async () => {
    for (const argv of [
      ["export", "--yes"],
      ["export", "openai"],
      ["get", "openai", "--show-secret", "--yes"],
    ]) {
      expect(await keyward(argv, { answers: ANSWERS, env: INSIDE })).toMatchObject({ status: 8, stdout: "", calls: [] });
    }
    expect((await keyward(["export", "--yes"], { answers: ANSWERS, env: { HTTPS_PROXY: "http://proxy.corp.example:3128" } })).status).toBe(
      0,
    );
  });

  it("names both connections when two declare one variable", async () => {
    const done = await keyward(["export", "--yes"], { answers: two({ A: "1", KEY: "2" }, { KEY: "3" }) });
    expect(done).toMatchObject({ status: 5, stdout: "" });
    expect(done.stderr).toContain("KEY belongs to both one (default) and two (work)");
  });

  it("writes all providers, in fish's grammar for a fish user", async () => {
    const answers = two({ A: "1" }, { B: "x y" });
    expect((await keyward(["export", "--yes"], { answers })).stdout).toBe("A=1\nB='x y'\n");
    expect((await keyward(["export", "--yes"], { answers, env: { SHELL: "/usr/bin/fish" } })).stdout).toBe(
      "set -gx A '1'\nset -gx B 'x y'\n",
    );
  });

  it("refuses --connection without a provider", async () => {
    expect((await keyward(["export", "--connection", "work", "--yes"], { answers: ANSWERS })).status).toBe(2);
  });
});

describe("get", () => {
  it("redacts secrets and asks the daemon for none", async () => {
    const done = await keyward(["get", "openai"], { answers: ANSWERS });
    expect(done.stdout).toContain("key: [redacted]\n");
    expect(done.calls.map(({ method }) => method)).toEqual(["connection.get"]);
  });

  it.each([
    ["status", "connected\n"],
    ["provider", "openai\n"],
    ["default", "true\n"],
    ["expires_at", "\n"],
    ["hosts", "api.openai.com\neu.openai.com:8443\n"],
  ])("prints %s bare", async (field, text) => {
    expect(await keyward(["get", "openai", "--field", field], { answers: ANSWERS })).toMatchObject({ status: 0, stdout: text });
  });

  it("reveals a field only when it is told to", async () => {
    const refused = await keyward(["get", "openai", "--field", "key"], { answers: ANSWERS });
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain("hint: keyward get openai --field key --show-secret");
    const shown = await keyward(["get", "openai", "--field", "key", "--show-secret", "--yes"], { answers: ANSWERS });
    expect(shown.stdout).toBe(`${SECRET}\n`);
  });

  it("lists the fields when one is unknown", async () => {
    const done = await keyward(["get", "openai", "--field", "nope"], { answers: ANSWERS });
    expect(done.status).toBe(2);
    expect(done.stderr).toMatch(/the fields are provider, connection, .*key/);
  });
});
