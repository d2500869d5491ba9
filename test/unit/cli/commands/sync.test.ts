import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { LINKED, UNLINKED } from "../../../support/cli/hub-answers.ts";

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
});
