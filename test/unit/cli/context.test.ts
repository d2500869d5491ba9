import { describe, expect, it } from "vitest";
import { type Control, createContext, type World } from "../../../src/cli/context.ts";
import { KeywardError } from "../../../src/core/errors.ts";
import { fakeControl } from "../../support/cli/fake-world.ts";
import { ANSWERS } from "../../support/cli/sample-answers.ts";

const GLOBAL = { json: false, profile: undefined, verbose: false, colour: false };

function world(control: () => Control, said: string[] = []): World & { connects: number } {
  const made = {
    connects: 0,
    environment: { KEYWARD_HOME: "/nowhere" },
    stderr: { write: (text: string) => said.push(text) },
    connect: async () => {
      made.connects += 1;
      return control();
    },
  };
  return made as unknown as World & { connects: number };
}

describe("createContext", () => {
  it("connects with the first call, once, and not before", async () => {
    const outside = world(() => fakeControl(ANSWERS));
    const context = createContext(outside, GLOBAL);
    expect(outside.connects).toBe(0);
    await Promise.all([context.call("profile.list", {}), context.call("profile.list", {})]);
    expect(outside.connects).toBe(1);
    await context.connect();
    expect(outside.connects).toBe(2);
  });

  it("goes to the next daemon with a call that the last one did not take, and closes both", async () => {
    const gone = () => {
      throw new KeywardError("DAEMON_GONE", "no");
    };
    const controls = [fakeControl({ ...ANSWERS, "profile.list": gone }), fakeControl(ANSWERS)];
    const [first, second] = controls;
    const outside = world(() => controls.shift() as Control);
    const context = createContext(outside, GLOBAL);
    const both = await Promise.all([context.call("profile.list", {}), context.call("profile.list", {})]);
    expect(both).toEqual([ANSWERS["profile.list"], ANSWERS["profile.list"]]);
    expect(outside.connects).toBe(2);
    expect(await context.control()).toBe(second);
    context.close();
    await Promise.all([first?.closed, second?.closed]);
  });

  it("closes what it opened, and nothing when nothing was", async () => {
    const control = fakeControl(ANSWERS);
    const context = createContext(
      world(() => control),
      GLOBAL,
    );
    await context.call("profile.list", {});
    context.close();
    context.close();
    await control.closed;
    const untouched = world(() => control);
    createContext(untouched, GLOBAL).close();
    expect(untouched.connects).toBe(0);
  });

  it("tells what the daemon has to say about itself", async () => {
    const said: string[] = [];
    const context = createContext(
      world(() => ({ ...fakeControl(ANSWERS), notice: "the daemon is older" }), said),
      GLOBAL,
    );
    await context.call("profile.list", {});
    expect(said).toEqual(["the daemon is older\n"]);
  });
});
