// Waiting for a change over real databases: woken by one, left by the client, ended by time and by the hub's stop; on both engines.
import { afterEach, expect, it, vi } from "vitest";
import { type Changes, createChanges } from "../../../../src/hub/storage/changes.ts";
import { nextRev } from "../../../../src/hub/storage/next-rev.ts";
import type { Storage } from "../../../../src/hub/storage/storage.ts";
import { describeOnBothEngines } from "../../../support/hub/engines.ts";

describeOnBothEngines("the changes", (rig) => {
  const opened: Changes[] = [];
  afterEach(() => {
    for (const changes of opened.splice(0)) changes.stop();
  });
  const open = (storage: Storage = rig().hub.parts.storage): { changes: Changes; errors: string[] } => {
    const errors: string[] = [];
    const changes = createChanges(storage, { info: () => undefined, error: (event) => errors.push(event) }, 20);
    opened.push(changes);
    return { changes, errors };
  };
  const waiting = (tenantId: string, more: { rev?: number; timeoutMs?: number; signal?: AbortSignal } = {}) => ({
    tenantId,
    rev: 0,
    timeoutMs: 30_000,
    signal: new AbortController().signal,
    ...more,
  });

  it("wakes who waits for this tenant and nobody else", async () => {
    const [one, two] = [await rig().tenant(), await rig().tenant()];
    const { changes } = open();
    const own = changes.wait(waiting(one.tenantId));
    const other = changes.wait(waiting(two.tenantId, { timeoutMs: 600 }));
    await rig().hub.parts.storage.within({}, (tx) => nextRev(tx, one.tenantId));
    expect([await own, await other]).toEqual([true, false]);
    expect(await changes.wait(waiting(one.tenantId, { rev: 1, timeoutMs: 100 }))).toBe(false);
  });

  it("ends with the client, with the hub, and at once when either was over before", async () => {
    const { tenantId } = await rig().tenant();
    const { changes } = open();
    const leaving = new AbortController();
    const left = changes.wait(waiting(tenantId, { signal: leaving.signal }));
    leaving.abort();
    expect([await left, await changes.wait(waiting(tenantId, { signal: leaving.signal }))]).toEqual([false, false]);
    const held = changes.wait(waiting(tenantId));
    changes.stop();
    expect([await held, await changes.wait(waiting(tenantId))]).toEqual([false, false]);
  });

  it("goes on through a database that is away", async () => {
    const { tenantId } = await rig().tenant();
    const real = rig().hub.parts.storage;
    let isAway = true;
    const within: Storage["within"] = (scope, act) => (isAway ? Promise.reject(new Error("away")) : real.within(scope, act));
    const { changes, errors } = open({ ...real, within });
    const held = changes.wait(waiting(tenantId));
    await expect.poll(() => errors.length).toBeGreaterThan(1);
    await real.within({}, (tx) => nextRev(tx, tenantId));
    isAway = false;
    expect(await held).toBe(true);
  });
});

it("asks the database nothing for those who left before it was time to look", async () => {
  vi.useFakeTimers();
  try {
    const within = vi.fn();
    const error = vi.fn();
    const storage = { engine: "postgres", within, ping: vi.fn(), close: vi.fn() } as const;
    const changes = createChanges(storage, { info: vi.fn(), error }, 20);
    const leaving = new AbortController();
    const left = changes.wait({ tenantId: "ten_1", rev: 0, timeoutMs: 30_000, signal: leaving.signal });
    leaving.abort();
    expect(await left).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    expect([within.mock.calls, error.mock.calls]).toEqual([[], []]);
  } finally {
    vi.useRealTimers();
  }
});
