import { describe, expect, it } from "vitest";
import { enterRun } from "../../../../src/daemon/methods/run.ts";
import type { DaemonParts } from "../../../../src/daemon/parts.ts";
import type { GivenConnection } from "../../../../src/daemon/runs/given.ts";
import type { UnlockedProfile } from "../../../../src/daemon/profiles/unlocked-profile.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import type { RunRecord } from "../../../../src/core/run.ts";

const RECORD = { id: "run_1" } as RunRecord;
const HUB = { url: "https://hub.test", token: "t", workspace: null };

function entering(add: () => unknown) {
  const held = new Set<string>();
  const lent = new Set<string>();
  const profile = {
    name: "default",
    store: { runs: {} },
    give: (id: string) => held.add(id),
    takeBack: (id: string) => held.delete(id),
    givenTo: () => [],
  } as unknown as UnlockedProfile;
  const hubLoans = { tie: (id: string) => lent.add(id), end: (id: string) => lent.delete(id) };
  const parts = { hubLoans, runs: { add }, sourcesOf: () => ({}) } as unknown as DaemonParts;
  const given = [{}] as unknown as readonly GivenConnection[];
  return { held, lent, enter: () => enterRun(RECORD, { profile, given, hub: HUB }, parts) };
}

describe("a run", () => {
  it("has what it brings along and what the hub lends it while it lives", () => {
    const { held, lent, enter } = entering(() => "run");
    expect(enter()).toBe("run");
    expect([[...held], [...lent]]).toEqual([["run_1"], ["run_1"]]);
  });

  it("that cannot be kept leaves its values and its loan nowhere", () => {
    const { held, lent, enter } = entering(() => {
      throw new KeywardError("STORE_FULL", "no space");
    });
    expect(enter).toThrow(expect.objectContaining({ code: "STORE_FULL" }));
    expect([[...held], [...lent]]).toEqual([[], []]);
  });
});
