import { describe, expect, it } from "vitest";
import type { Control, World } from "../../../../src/cli/context.ts";
import { LivingControl } from "../../../../src/cli/reach/living-control.ts";
import { resolvePaths } from "../../../../src/config/paths.ts";
import type { ErrorCode } from "../../../../src/core/error-table.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { type Call, fakeControl } from "../../../support/cli/fake-world.ts";

const RUNS = { runs: [] };
const failing = (code: ErrorCode) => () => {
  throw new KeywardError(code, "no");
};

function contextWith(found: readonly (Control | null)[]) {
  const left = [...found];
  const world = { find: async () => left.shift() ?? null } as unknown as World;
  return { world, paths: resolvePaths({ KEYWARD_HOME: "/nowhere" }) };
}

describe("a connection that outlives its daemon", () => {
  it("is the first one while it lives", async () => {
    const calls: Call[] = [];
    const first = fakeControl({ "run.list": RUNS }, calls);
    const living = new LivingControl(first, contextWith([fakeControl({})]));
    expect(await living.call("run.list", { profile: null })).toEqual(RUNS);
    expect(await living.call("run.list", { profile: null })).toEqual(RUNS);
    expect(calls).toHaveLength(2);
  });

  it("is none while no daemon is there, then the next one, until that ends as well", async () => {
    const [first, second] = [fakeControl({}), fakeControl({ "run.list": RUNS })];
    const living = new LivingControl(first, contextWith([null, second]));
    first.end();
    await first.closed;
    expect(await living.call("run.list", { profile: null })).toBeNull();
    expect(await living.call("run.list", { profile: null })).toEqual(RUNS);
    living.close();
    await second.closed;
    expect(await living.call("run.list", { profile: null })).toBeNull();
  });

  it.each(["DAEMON_GONE", "DAEMON_UNREACHABLE"] as const)("gives no answer when the daemon ends before it has one (%s)", async (code) => {
    const living = new LivingControl(fakeControl({ "run.list": failing(code) }), contextWith([]));
    expect(await living.call("run.list", { profile: null })).toBeNull();
  });

  it("hands on what a daemon refuses", async () => {
    const living = new LivingControl(fakeControl({ "run.list": failing("PROFILE_LOCKED") }), contextWith([]));
    await expect(living.call("run.list", { profile: null })).rejects.toMatchObject({ code: "PROFILE_LOCKED" });
  });
});
