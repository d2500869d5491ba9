import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { noteEndBy } from "../../../../src/daemon/hub/note-end.ts";
import { RunQueue } from "../../../../src/daemon/hub/run-queue.ts";
import type { Profiles } from "../../../../src/daemon/profiles/profiles.ts";
import type { ActiveRun } from "../../../../src/daemon/runs/live-run.ts";
import { tempDirectory } from "../../store/temp-profile.ts";

const run = {
  id: "run_1",
  profile: "work",
  requests: 2,
  denied: 1,
  record: { startedAtMs: 1_000 },
  describe: () => ({ id: "run_1", command: "node", startedAtMs: 1_000, connections: [], level: "L0" }),
} as unknown as ActiveRun;

let nowMs = 3_000;
let isLent = false;

function scene(link: object | null, append: () => void = () => undefined, config?: string) {
  const paths = resolvePaths({ KEYWARD_HOME: tempDirectory() });
  mkdirSync(paths.state, { mode: 0o700 });
  if (config !== undefined) writeFileSync(paths.config, config);
  const audit = { append: vi.fn(append) };
  const store = { readFact: () => (link === null ? null : JSON.stringify(link)) };
  const profile = { name: "work", audit, store, takeBack: vi.fn() };
  const bug = vi.fn();
  const profiles = { opened: () => [profile] } as unknown as Profiles;
  noteEndBy({ profiles, paths, clock: { nowMs: () => nowMs }, isLent: () => isLent, bug })(run, "ended");
  return { audit, profile, bug, queue: new RunQueue(paths, "work") };
}

describe("the end of a run", () => {
  it("is a line in the audit, and gives back what the run was lent", () => {
    const { audit, profile, queue } = scene(null);
    expect(audit.append).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ kind: "run", runId: "run_1", ms: 2_000 }));
    expect(profile.takeBack).toHaveBeenCalledWith("run_1");
    expect(queue.list()).toEqual([]);
  });

  it("waits for the hub where the profile is linked to one", () => {
    expect(scene({ urls: [] }).queue.list()).toMatchObject([{ summary: { run_id: "run_1", requests: 2, denied: 1, reason: "ended" } }]);
  });

  it("waits for the hub as well where a hub lent the run something", () => {
    isLent = true;
    try {
      expect(scene(null).queue.list()).toHaveLength(1);
    } finally {
      isLent = false;
    }
  });

  it("takes those along that are older than hub.keep_runs_days, and none by settings that cannot be read", () => {
    nowMs = 1_000 + 2 * 86_400_000;
    try {
      expect(scene({ urls: [] }, undefined, '{"hub.keep_runs_days":1}').queue.list()).toEqual([]);
      expect(scene({ urls: [] }, undefined, '{"hub.keep_runs_days":3}').queue.list()).toHaveLength(1);
      expect(scene({ urls: [] }, undefined, "{ broken").queue.list()).toHaveLength(1);
    } finally {
      nowMs = 3_000;
    }
  });

  it("is noted for the hub although the audit cannot be written, and the failure is told", () => {
    const broken = scene({ urls: [] }, () => {
      throw new Error("full");
    });
    expect(broken.bug).toHaveBeenCalledExactlyOnceWith("audit of a run's end", expect.any(Error));
    expect(broken.queue.list()).toHaveLength(1);
  });
});
