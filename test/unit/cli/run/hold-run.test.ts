import { describe, expect, it } from "vitest";
import { createContext, type Control, type World } from "../../../../src/cli/context.ts";
import { holdRun } from "../../../../src/cli/run/hold-run.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { type Answers, type Call, fakeControl } from "../../../support/cli/fake-world.ts";

const OWNER = { pid: 1, startedAt: "1" };
const GLOBAL = { json: false, profile: undefined, verbose: false, colour: false };

/** A daemon that is found again on each connect; `connects` decides how each one goes. */
function setting(connects: readonly (Answers | KeywardError)[]) {
  const calls: Call[] = [];
  const said: string[] = [];
  const controls: (Control & { end(): void })[] = [];
  const waiting: (() => void)[] = [];
  const connect = async (): Promise<Control> => {
    const next = connects[controls.length] ?? {};
    const control = fakeControl(next instanceof KeywardError ? {} : next, calls);
    controls.push(control);
    for (const wake of waiting.splice(0)) wake();
    if (next instanceof KeywardError) throw next;
    return control;
  };
  const world = {
    stderr: { write: (text: string) => said.push(text) },
    environment: { KEYWARD_HOME: "/nowhere" },
    connect,
  } as unknown as World;
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>((resolve) => (waiting.push(resolve), setTimeout(resolve, 10)));
  };
  return { context: createContext(world, GLOBAL), calls, said, controls, until };
}

const attached: Answers = { "run.attach": { proxyPort: 1 } };

describe("holdRun", () => {
  it("attaches the run to a new daemon whenever the old one goes", async () => {
    const { context, calls, controls, said, until } = setting([attached, attached]);
    const first = fakeControl({});
    const held = holdRun({ runId: "run_1", owner: OWNER, control: first, connect: () => context.connect() }, context);
    first.end();
    await until(() => calls.length === 1);
    controls[0]?.end();
    await until(() => calls.length === 2);
    expect(calls).toEqual([1, 2].map(() => ({ method: "run.attach", params: { runId: "run_1", owner: OWNER } })));
    await until(() => held.stop() === controls[1]);
    expect(said).toEqual([]);
  });

  it("goes on trying, and complains once", async () => {
    const away = new KeywardError("DAEMON_UNREACHABLE", "it does not start");
    const { context, calls, said, until } = setting([away, away, attached]);
    const first = fakeControl({});
    holdRun({ runId: "run_1", owner: OWNER, control: first, connect: () => context.connect() }, context);
    first.end();
    await until(() => calls.length === 1);
    expect(said).toEqual(["warning: the daemon is gone and does not come back yet: it does not start\n"]);
  });

  it("gives up with a word when the run was ended", async () => {
    const unknown = (): never => {
      throw new KeywardError("RUN_UNKNOWN", "no live run has this id");
    };
    const { context, controls, said, until } = setting([{ "run.attach": unknown }]);
    const first = fakeControl({});
    const held = holdRun({ runId: "run_1", owner: OWNER, control: first, connect: () => context.connect() }, context);
    first.end();
    await until(() => said.length > 0);
    expect(said[0]).toContain("the run was ended");
    expect(controls).toHaveLength(1);
    expect(held.stop()).toBeNull();
  });

  it("leaves no connection behind on which a daemon takes its time to attach", async () => {
    const { context, calls, controls, until } = setting([{ "run.attach": () => new Promise<never>(() => undefined) }]);
    const first = fakeControl({});
    const held = holdRun({ runId: "run_1", owner: OWNER, control: first, connect: () => context.connect() }, context);
    first.end();
    await until(() => calls.length === 1);
    expect(held.stop()).toBeNull();
    await controls[0]?.closed;
  });

  it("starts no daemon after the child has ended", async () => {
    const { context, controls } = setting([attached]);
    const first = fakeControl({});
    expect(holdRun({ runId: "run_1", owner: OWNER, control: first, connect: () => context.connect() }, context).stop()).toBe(first);
    first.end();
    await first.closed;
    await new Promise(setImmediate);
    expect(controls).toEqual([]);
  });
});
