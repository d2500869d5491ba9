import { expect, it } from "vitest";
import { createTurns } from "../../../src/hub/turns.ts";

it("does as many things of a name at a time as it is told, in order, and those of other names beside it", async () => {
  const turns = createTurns(1);
  const events: string[] = [];
  const ends: (() => void)[] = [];
  const act = (name: string) => () => {
    events.push(`begin ${name}`);
    return new Promise<string>((resolve) => ends.push(() => resolve(name)));
  };
  const all = [turns.take("a", act("a1")), turns.take("a", act("a2")), turns.take("b", act("b1"))];
  await expect.poll(() => events).toEqual(["begin a1", "begin b1"]);
  ends[0]?.();
  await expect.poll(() => events.at(-1)).toBe("begin a2");
  for (const end of ends) end();
  expect(await Promise.all(all)).toEqual(["a1", "a2", "b1"]);
});

it("gives the next one its turn when one fails, and passes the failure to whom it belongs", async () => {
  const turns = createTurns(1);
  const failed = turns.take("a", () => Promise.reject(new Error("away")));
  const next = turns.take("a", async () => "done");
  await expect(failed).rejects.toThrow("away");
  expect(await next).toBe("done");
});
