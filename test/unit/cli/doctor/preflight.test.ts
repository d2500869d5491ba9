import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { type Answers, keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS, OPENAI_ROW } from "../../../support/cli/sample-answers.ts";

const catalogue = (connections: typeof OPENAI_ROW.connections) => ({
  rows: [{ ...OPENAI_ROW, connections }],
  profile: "default",
  profilePath: "/p",
  unreadable: null,
});
const whole: Answers = { ...ANSWERS, "creds.catalogue": catalogue(OPENAI_ROW.connections), "hub.call": { status: 200, body: {} } };
const refusing = (code: "HUB_LOGIN_REQUIRED" | "HUB_UNREACHABLE"): Answers => ({
  ...whole,
  "hub.call": () => {
    throw new KeywardError(code, "no");
  },
});
const preflight = (answers: Answers, words: string[] = [], env = {}) => keyward(["doctor", "--preflight-only", ...words], { answers, env });

describe("doctor --preflight-only", () => {
  it("checks the credentials and runs nothing", async () => {
    const done = await preflight(whole);
    expect(done.status).toBe(0);
    expect(done.calls.map(({ method }) => method)).toEqual(["creds.catalogue"]);
    expect((await preflight({ ...whole, "creds.catalogue": catalogue([]) })).status).toBe(7);
  });

  it("asks the hub with --sync, whose no counts before a key that is missing", async () => {
    const done = await preflight(whole, ["--sync"]);
    expect(done.stdout).toMatch(/^ok {4}hub: /m);
    expect(done.calls.at(-1)).toMatchObject({ method: "hub.call", params: { path: "/v1/me" } });
    expect((await preflight({ ...refusing("HUB_UNREACHABLE"), "creds.catalogue": catalogue([]) }, ["--sync"])).status).toBe(6);
    expect((await preflight(refusing("HUB_LOGIN_REQUIRED"), ["--sync"])).status).toBe(3);
  });

  it("names the three variables in CI, where nobody can log in", async () => {
    const done = await preflight(refusing("HUB_LOGIN_REQUIRED"), ["--sync"], { CI: "1" });
    expect(done.status).toBe(2);
    expect(done.stdout).toMatch(/KEYWARD_TOKEN, KEYWARD_HUB and KEYWARD_WORKSPACE/);
    const json = JSON.parse((await preflight(refusing("HUB_LOGIN_REQUIRED"), ["--sync", "--json"], { CI: "1" })).stdout) as object;
    expect(json).toMatchObject({ ok: false, hub: { state: "fail" }, creds: [{ providerId: "openai", status: "ok" }] });
  });

  it("ends with 3 in CI for a token that the hub refuses, and does not say that none is set", async () => {
    const env = { CI: "1", KEYWARD_TOKEN: "kw_pat_x", KEYWARD_HUB: "https://hub.test" };
    const done = await preflight(refusing("HUB_LOGIN_REQUIRED"), ["--sync"], env);
    expect(done.status).toBe(3);
    expect(done.stdout).toMatch(/^fail {2}hub: the hub does not accept the token in KEYWARD_TOKEN/m);
    expect(done.stdout).toContain("unset KEYWARD_TOKEN");
  });

  it("is what the old name means; --sync alone is not for doctor", async () => {
    const old = await keyward(["ci", "--preflight-only", "--sync"], { answers: whole });
    expect(old).toMatchObject({ status: 0, stderr: "hint: keyward ci is now keyward doctor\n" });
    expect((await keyward(["doctor", "--sync"], { answers: whole })).status).toBe(2);
  });
});
