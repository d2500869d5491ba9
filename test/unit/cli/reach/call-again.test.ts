import { describe, expect, it } from "vitest";
import type { Control } from "../../../../src/cli/context.ts";
import { callAgain, hasEnded } from "../../../../src/cli/reach/call-again.ts";
import type { ErrorCode } from "../../../../src/core/error-table.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { type Answers, type Call, fakeControl } from "../../../support/cli/fake-world.ts";

const RUNS = { runs: [] };
const REMOVED = { removed: true };
const failing = (code: ErrorCode) => () => {
  throw new KeywardError(code, "no");
};

/** Daemons one after the other. */
function daemons(...answers: Answers[]) {
  const calls: Call[] = [];
  let held: Promise<Control> | null = null;
  const left = answers.map((each) => fakeControl(each, calls));
  const control = (): Promise<Control> => (held ??= Promise.resolve(left.shift() as Control));
  const forget = (dropped: Promise<Control>): void => {
    if (held === dropped) held = null;
  };
  return { calls, control, forget };
}

describe("a call whose daemon ends", () => {
  it("before it took it is made at the next one, whatever it is", async () => {
    const reach = daemons({ "provider.remove": failing("DAEMON_GONE") }, { "provider.remove": REMOVED });
    expect(await callAgain({ method: "provider.remove", params: { provider: "x" }, ...reach })).toEqual(REMOVED);
    expect(reach.calls).toHaveLength(2);
  });

  it("before it answered is made again when it does no harm twice", async () => {
    const reach = daemons({ "run.list": failing("DAEMON_UNREACHABLE") }, { "run.list": RUNS });
    expect(await callAgain({ method: "run.list", params: { profile: null }, ...reach })).toEqual(RUNS);
  });

  it("before it answered is not made again when it may have been done", async () => {
    const reach = daemons({ "provider.remove": failing("DAEMON_UNREACHABLE") }, { "provider.remove": REMOVED });
    const called = callAgain({ method: "provider.remove", params: { provider: "x" }, ...reach });
    await expect(called).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
    expect(reach.calls).toHaveLength(1);
    // The next call does not meet the ended connection.
    expect(await callAgain({ method: "provider.remove", params: { provider: "x" }, ...reach })).toEqual(REMOVED);
  });

  it("each time is given up", async () => {
    const ending = { "run.list": failing("DAEMON_UNREACHABLE") };
    const reach = daemons(ending, ending, ending, { "run.list": RUNS });
    const called = callAgain({ method: "run.list", params: { profile: null }, ...reach });
    await expect(called).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE" });
    expect(reach.calls).toHaveLength(3);
  });

  it("is told from one that the daemon refuses", async () => {
    const reach = daemons({ "run.list": failing("DAEMON_STOPPING") }, { "run.list": RUNS });
    await expect(callAgain({ method: "run.list", params: { profile: null }, ...reach })).rejects.toMatchObject({ code: "DAEMON_STOPPING" });
    expect(hasEnded(new Error("DAEMON_GONE"))).toBe(false);
  });
});
