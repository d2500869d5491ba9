import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Session } from "../../../../src/control/server.ts";
import { identifyProcess } from "../../../../src/core/process-identity.ts";
import type { ProcessIdentity, RunRecord } from "../../../../src/core/run.ts";
import { hashToken } from "../../../../src/daemon/runs/live-run.ts";
import { LiveRuns, type RunProfile } from "../../../../src/daemon/runs/live-runs.ts";
import { selection } from "./stored.ts";

let now = 0;
let stored: Map<string, RunRecord>;
let ended: string[];
let runs: LiveRuns;
let profile: RunProfile;
const owners: ChildProcess[] = [];

beforeEach(() => {
  now = 1_000;
  stored = new Map();
  ended = [];
  runs = makeRuns();
  profile = {
    name: "default",
    runs: { list: () => [...stored.values()], put: (run) => void stored.set(run.id, run), remove: (id) => void stored.delete(id) },
    sources: () => ({ connections: [], find: () => null, suggest: () => [], revision: "1" }),
  };
});

afterEach(() => {
  vi.useRealTimers();
  runs.close();
  for (const owner of owners.splice(0)) owner.kill("SIGKILL");
});

function makeRuns(): LiveRuns {
  return new LiveRuns({
    clock: { nowMs: () => now },
    onEnd: (run, reason) => ended.push(`${run.id} ${reason}`),
    onBug: (_what, error) => {
      throw error;
    },
  });
}

function record(id: string, change: Partial<RunRecord> = {}): RunRecord {
  const owner = identifyProcess(process.pid);
  return {
    id,
    tokenHash: hashToken(`token of ${id}`),
    command: "x",
    selection: selection(),
    bound: [],
    layers: [],
    owner,
    startedAtMs: now,
    expiresAtMs: null,
    network: null,
    ...change,
  };
}

function startOwner(): { child: ChildProcess; identity: ProcessIdentity } {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  owners.push(child);
  return { child, identity: identifyProcess(child.pid!)! };
}

/** A control connection that ends when told. */
function makeSession(): { session: Session; close: () => void } {
  const actions: (() => void)[] = [];
  return { session: { id: 1, onClosed: (action) => void actions.push(action) }, close: () => actions.forEach((action) => action()) };
}

describe("authentication", () => {
  it("takes a live run's token and nothing else", () => {
    runs.add(profile, record("run_a"));
    runs.add(profile, record("run_b"));
    expect(runs.authenticate("run_a", "token of run_a")?.id).toBe("run_a");
    for (const [id, token] of [
      ["run_a", "token of run_b"],
      ["run_a", ""],
      ["run_a", hashToken("token of run_a")],
      ["run_c", "token of run_a"],
      ["", ""],
    ] as const) {
      expect(runs.authenticate(id, token)).toBeNull();
    }
  });

  it("ends with the run", () => {
    runs.add(profile, record("run_a"));
    runs.end("run_a");
    expect(runs.authenticate("run_a", "token of run_a")).toBeNull();
    expect(stored.size).toBe(0);
    expect(ended).toEqual(["run_a ended"]);
    expect(() => runs.end("run_a")).toThrow(expect.objectContaining({ code: "RUN_UNKNOWN" }));
  });

  it("ends with the time of a run without an owner", () => {
    runs.add(profile, record("run_a", { owner: null, expiresAtMs: 2_000 }));
    now = 1_999;
    expect(runs.authenticate("run_a", "token of run_a")).not.toBeNull();
    now = 2_000;
    expect(runs.authenticate("run_a", "token of run_a")).toBeNull();
  });
});

describe("the owner", () => {
  it("that dies takes the run with it as soon as its connection ends", async () => {
    const owner = startOwner();
    const { session, close } = makeSession();
    const run = runs.add(profile, record("run_a", { owner: owner.identity }));
    runs.tie(run, session);
    owner.child.kill("SIGKILL");
    await once(owner.child, "exit");
    expect(runs.count).toBe(1);
    close();
    expect(ended).toEqual(["run_a owner gone"]);
  });

  it("that dies just after its connection ended is noticed without waiting for the next look", async () => {
    const owner = startOwner();
    const { session, close } = makeSession();
    runs.tie(runs.add(profile, record("run_a", { owner: owner.identity })), session);
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    close();
    expect(runs.count).toBe(1);
    owner.child.kill("SIGKILL");
    await once(owner.child, "exit");
    vi.advanceTimersByTime(1_000);
    expect(ended).toEqual(["run_a owner gone"]);
  });

  it("that is stopped (Ctrl-Z) keeps the run alive", async () => {
    const owner = startOwner();
    const { session, close } = makeSession();
    runs.tie(runs.add(profile, record("run_a", { owner: owner.identity })), session);
    owner.child.kill("SIGSTOP");
    close();
    expect(runs.authenticate("run_a", "token of run_a")).not.toBeNull();
  });

  it("whose connection ended but who lives keeps the run", () => {
    const { session, close } = makeSession();
    runs.tie(runs.add(profile, record("run_a")), session);
    close();
    expect(runs.count).toBe(1);
  });
});

describe("after a restart", () => {
  it("runs go on with the same token; those whose owner is gone are removed", () => {
    runs.add(profile, record("run_a"));
    runs.add(profile, record("run_dead", { owner: { pid: process.pid, startedAt: "1" } }));
    runs.add(profile, record("run_old", { owner: null, expiresAtMs: 500 }));
    runs.close();
    runs = makeRuns();
    expect(runs.load(profile)).toBe(1);
    expect(runs.authenticate("run_a", "token of run_a")?.id).toBe("run_a");
    expect([...stored.keys()]).toEqual(["run_a"]);
    expect(ended.sort()).toEqual(["run_dead owner gone", "run_old expired"]);
    expect(runs.load(profile)).toBe(0);
  });
});

describe("the list", () => {
  it("counts requests and names the owner's pid, by age and profile", () => {
    const run = runs.add(profile, record("run_b", { startedAtMs: 2 }));
    runs.add({ ...profile, name: "work" }, record("run_a", { startedAtMs: 1, owner: null, expiresAtMs: 9_999 }));
    run.countRequest(false);
    run.countRequest(true);
    expect(runs.list(null).map(({ id, pid, requests, denied }) => [id, pid, requests, denied])).toEqual([
      ["run_a", null, 0, 0],
      ["run_b", process.pid, 2, 1],
    ]);
    expect(runs.list("work").map(({ id }) => id)).toEqual(["run_a"]);
    expect(runs.requests).toBe(2);
    runs.endAll("work", "profile deleted");
    expect(runs.list(null)).toHaveLength(1);
  });
});
