import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { resolvePaths } from "../../../src/config/paths.ts";
import { type IdleEnds, startIdleEnds } from "../../../src/daemon/idle-ends.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MINUTE_MS = 60_000;

/** Two open profiles, one under a passphrase. */
function makeEnds(config: object): { ends: IdleEnds; state: { isBusy: boolean }; locked: string[]; exits: () => number } {
  const paths = resolvePaths({ KEYWARD_HOME: mkdtempSync(join(tmpdir(), "kw-idle-")) });
  writeFileSync(paths.config, JSON.stringify(config));
  const state = { isBusy: false };
  const locked: string[] = [];
  let exits = 0;
  const profiles = {
    opened: () =>
      [
        { name: "plain", custody: "file" },
        { name: "guarded", custody: "passphrase" },
      ] as never,
    lock: (name: string | null) => Promise.resolve(void locked.push(name ?? "")) as never,
  };
  const log = { info: () => undefined, warn: () => undefined };
  const clock = { nowMs: () => Date.now() };
  const ends = startIdleEnds({ clock, paths, profiles, log, isBusy: () => state.isBusy, onExit: () => (exits += 1) });
  return { ends, state, locked, exits: () => exits };
}

describe("a daemon that nobody needs", () => {
  it("locks what is under a passphrase after a quarter of an hour, and goes after half a day", async () => {
    const { locked, exits } = makeEnds({});
    await vi.advanceTimersByTimeAsync(15 * MINUTE_MS - 1);
    expect(locked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(locked).toEqual(["guarded"]);
    await vi.advanceTimersByTimeAsync(11 * 60 * MINUTE_MS);
    expect(exits()).toBe(0);
    await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
    expect(exits()).toBe(1);
  });

  it("counts from the last command, and not while something lives", async () => {
    const { ends, state, locked } = makeEnds({ "profile.lock_after": 60 });
    await vi.advanceTimersByTimeAsync(50_000);
    ends.countCall(1);
    ends.countCall(-1);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(locked).toEqual([]);
    state.isBusy = true;
    ends.noteActivity();
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    expect(locked).toEqual([]);
    state.isBusy = false;
    ends.noteActivity();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(locked).toEqual(["guarded"]);
    ends.stop();
  });

  it("locks nothing with 0", async () => {
    const never = makeEnds({ "profile.lock_after": 0 });
    await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
    expect(never.locked).toEqual([]);
    never.ends.stop();
  });
});
