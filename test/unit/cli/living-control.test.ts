import { describe, expect, it } from "vitest";
import type { Control, World } from "../../../src/cli/context.ts";
import { LivingControl } from "../../../src/cli/living-control.ts";
import { resolvePaths } from "../../../src/config/paths.ts";
import { fakeControl } from "../../support/cli/fake-world.ts";

function contextWith(found: readonly (Control | null)[]) {
  const left = [...found];
  const world = { find: async () => left.shift() ?? null } as unknown as World;
  return { world, paths: resolvePaths({ KEYWARD_HOME: "/nowhere" }) };
}

describe("a connection that outlives its daemon", () => {
  it("is the first one while it lives", async () => {
    const first = fakeControl({});
    const living = new LivingControl(first, contextWith([fakeControl({})]));
    expect(await living.find()).toBe(first);
    expect(await living.find()).toBe(first);
  });

  it("is none while no daemon is there, then the next one, until that ends as well", async () => {
    const [first, second] = [fakeControl({}), fakeControl({})];
    const living = new LivingControl(first, contextWith([null, second]));
    first.end();
    await first.closed;
    expect(await living.find()).toBeNull();
    expect(await living.find()).toBe(second);
    living.close();
    await second.closed;
    expect(await living.find()).toBeNull();
  });
});
