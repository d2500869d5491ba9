import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { HUB, HUB_ANSWERS, IDENTITY, LINKED, UNLINKED } from "../../../support/cli/hub-answers.ts";

const run = (id: string, attempts = 0) => ({
  runId: id,
  startedAtMs: 0,
  attempts,
  code: attempts > 0 ? "HUB_BUSY" : null,
  uploaded: false,
});
const answers = {
  "hub.state": LINKED,
  "hub.queue": { runs: Array.from({ length: 12 }, (_, at) => run(`run_${at}`, at === 0 ? 3 : 0)) },
  "hub.sync": LINKED,
  "hub.upload": { results: [{ runId: "run_1", status: "synced" as const, code: null }] },
};

describe("sync", () => {
  it("shows what waits, ten at most, what failed and what is not used, and uploads nothing with --status", async () => {
    const done = await keyward(["sync", "--status"], { answers });
    expect(done.stdout).toMatch(/pending runs: +12/);
    expect(done.stdout).toMatch(/failed runs: +1/);
    expect(done.stdout).toContain("run_0  HUB_BUSY, 3 times");
    expect(done.stdout).toContain("and 2 more");
    expect(done.stdout).toContain("github (default) is not used: a connection of this name is your own");
    expect(done.calls.map(({ method }) => method)).toEqual(["hub.state", "hub.queue"]);
  });

  it("says the same as an object", async () => {
    const done = await keyward(["sync", "-s", "--json"], { answers });
    expect(JSON.parse(done.stdout)).toMatchObject({
      logged_in: true,
      pending_jobs: 12,
      failed_jobs: 1,
      freshness: "fresh",
      jobs: expect.any(Array) as unknown[],
    });
  });

  it("pulls and uploads, passes its options on, and ends with 6 when a run failed", async () => {
    const done = await keyward(["sync", "--run", "run_1", "--cleanup", "--force", "--json"], { answers });
    expect(JSON.parse(done.stdout)).toMatchObject({ synced: 1, failed: 0, shared: 1 });
    expect(done.calls.at(-1)?.params).toEqual({
      profile: null,
      runId: "run_1",
      force: true,
      cleanup: true,
      content: "summary",
      by: null,
      workspace: null,
    });
    const failed = { ...answers, "hub.upload": { results: [{ runId: "run_1", status: "failed" as const, code: "HUB_BUSY" }] } };
    expect((await keyward(["sync"], { answers: failed })).status).toBe(6);
  });

  it("tells as much of a run as the setting lets it, a variable before the file", async () => {
    const done = await keyward(["sync"], { answers, env: { KEYWARD_CONTENT_MODE: "redacted" } });
    expect(done.calls.at(-1)?.params).toMatchObject({ content: "redacted" });
    const wrong = await keyward(["sync"], { answers, env: { KEYWARD_CONTENT_MODE: "everything" } });
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining("full, summary or redacted") as string });
    expect(wrong.calls.some(({ method }) => method === "hub.upload")).toBe(false);
  });

  it("asks for a login, or in CI names the variables", async () => {
    const away = { ...answers, "hub.state": UNLINKED };
    expect((await keyward(["sync"], { answers: away })).status).toBe(3);
    const ci = await keyward(["sync"], { answers: away, env: { CI: "1" } });
    expect([ci.status, ci.stderr]).toEqual([2, expect.stringMatching(/KEYWARD_TOKEN, KEYWARD_HUB and KEYWARD_WORKSPACE/)]);
  });

  it("logs in first where a person is and a hub is known, and again when the session has ended", async () => {
    let isIn = false;
    const login = { "hub.loginBegin": HUB_ANSWERS["hub.loginBegin"], "hub.loginWait": HUB_ANSWERS["hub.loginWait"] };
    const state = () => (isIn ? LINKED : { ...UNLINKED, lastUrls: [HUB] });
    const wait = () => ((isIn = true), IDENTITY);
    const env = { BROWSER: "none" };
    const first = await keyward(["sync"], {
      answers: { ...answers, ...login, "hub.state": state, "hub.loginWait": wait },
      env,
      typed: ["unused"],
    } as never);
    expect([first.status, first.calls.map(({ method }) => method)]).toEqual([
      0,
      expect.arrayContaining(["hub.loginBegin", "hub.loginWait", "hub.upload"]),
    ]);
    let tries = 0;
    const upload = () => {
      if ((tries += 1) === 1) throw new KeywardError("HUB_LOGIN_REQUIRED", "the session at the hub has ended");
      return { results: [] };
    };
    const again = await keyward(["sync"], { answers: { ...answers, ...login, "hub.upload": upload }, env, typed: ["y\r"] } as never);
    expect([again.status, tries]).toEqual([0, 2]);
  });

  it("uploads by the token of the environment, fetches nothing into the profile, and needs no login", async () => {
    const env = { KEYWARD_TOKEN: "t", KEYWARD_HUB: HUB, CI: "1" };
    const done = await keyward(["sync", "--json"], { answers: { ...answers, "hub.state": UNLINKED }, env });
    expect(done.status).toBe(0);
    expect(done.calls.map(({ method }) => method)).toEqual(["hub.state", "hub.queue", "hub.upload"]);
    expect(done.calls.at(-1)?.params).toMatchObject({ by: { url: HUB, token: "t" } });
    const status = await keyward(["sync", "--status", "--json"], { answers: { ...answers, "hub.state": UNLINKED }, env });
    expect(JSON.parse(status.stdout)).toMatchObject({ logged_in: true });
  });

  it("says which refusals another login would mend", async () => {
    const refused = { ...answers, "hub.upload": { results: [{ runId: "run_1", status: "failed" as const, code: "HUB_FORBIDDEN" }] } };
    const done = await keyward(["sync", "--json"], { answers: refused });
    expect(JSON.parse(done.stdout)).toMatchObject({ results: [{ recoverable: true }] });
    expect((await keyward(["sync"], { answers: refused })).stderr).toContain("keyward auth status");
  });
});
