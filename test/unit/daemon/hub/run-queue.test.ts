import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { RunQueue, type RunSummary, summarize } from "../../../../src/daemon/hub/run-queue.ts";
import { ActiveRun } from "../../../../src/daemon/runs/live-run.ts";
import { tempDirectory } from "../../store/temp-profile.ts";

const summary = (run_id: string, started_at: number): RunSummary => ({
  run_id,
  started_at,
  ended_at: started_at + 1,
  reason: "ended",
  command: "node",
  level: "L0",
  requests: 1,
  denied: 0,
  connections: ["openai/default"],
});

function open() {
  const paths = resolvePaths({ KEYWARD_HOME: tempDirectory() });
  mkdirSync(paths.state, { mode: 0o700 });
  return { queue: new RunQueue(paths, "work"), directory: join(paths.state, "runs", "work"), paths };
}

describe("the queue of ended runs", () => {
  it("keeps one private file a run, oldest first, and leaves out what is none or claims to be another", () => {
    const { queue, directory } = prepared();
    queue.add(summary("run_b", 2));
    queue.add(summary("run_a", 1));
    writeFileSync(join(directory, "run_c.json"), "{ broken");
    writeFileSync(join(directory, "run_d.json"), JSON.stringify({ summary: summary("run_x", 1), attempts: 0 }), { mode: 0o600 });
    expect(queue.list().map((run) => run.summary.run_id)).toEqual(["run_a", "run_b"]);
    expect(readdirSync(directory)).toHaveLength(4);
    expect(statSync(join(directory, "run_a.json")).mode & 0o777).toBe(0o600);
  });

  it("counts what failed, marks what was told and forgets what is removed", () => {
    const { queue } = prepared();
    queue.add(summary("run_a", 1));
    queue.markFailed(queue.require("run_a"), "HUB_BUSY");
    expect(queue.require("run_a")).toMatchObject({ attempts: 1, lastError: "HUB_BUSY" });
    queue.markUploaded(queue.require("run_a"), 5);
    expect(queue.require("run_a")).toMatchObject({ uploadedAtMs: 5, lastError: null });
    queue.remove("run_a");
    expect(() => queue.require("run_a")).toThrow(expect.objectContaining({ code: "RUN_UNKNOWN" }));
  });

  it("forgets runs that began too long ago, uploaded or not", () => {
    const { queue } = prepared();
    for (const [at, id] of ["run_a", "run_b", "run_c"].entries()) queue.add(summary(id, at + 1));
    queue.markUploaded(queue.require("run_a"), 5);
    queue.prune(3_000);
    expect(queue.list().map((run) => run.summary.run_id)).toEqual(["run_c"]);
  });

  it("removes nothing outside of its directory", () => {
    const { queue, paths } = prepared();
    writeFileSync(join(paths.state, "keep.json"), "{}");
    queue.remove("../../keep");
    expect(readdirSync(paths.state)).toContain("keep.json");
    expect(() => queue.require("../../keep")).toThrow(expect.objectContaining({ code: "RUN_UNKNOWN" }));
  });
});

describe("the summary of a run", () => {
  it("has counts and names, and no argument", () => {
    const record = {
      id: "run_1",
      tokenHash: "",
      command: "/usr/bin/node",
      selection: { connections: [], providers: [] },
      bound: [{ provider: "openai", name: "work", origins: [], placeholders: {} }],
      layers: [],
      owner: null,
      startedAtMs: 5_000,
      expiresAtMs: null,
      network: null,
    };
    const run = new ActiveRun("work", record, () => ({ connections: [], find: () => null, suggest: () => [], revision: "" }));
    run.countRequest(true);
    expect(summarize(run, "ended", 9_999)).toEqual({
      run_id: "run_1",
      started_at: 5,
      ended_at: 9,
      reason: "ended",
      command: "/usr/bin/node",
      level: "L0",
      requests: 1,
      denied: 1,
      connections: ["openai/work"],
    });
  });
});

/** With the state directory there, as the daemon leaves it. */
function prepared() {
  const opened = open();
  opened.queue.add(summary("run_0", 0));
  opened.queue.remove("run_0");
  return opened;
}
