import { describe, expect, it } from "vitest";
import { untilInterrupted } from "../../../../src/cli/input/interrupt.ts";

const handlers = (): number[] => ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => process.listenerCount(signal));

describe("untilInterrupted", () => {
  it("is the work itself when no signal comes, and leaves no handler", async () => {
    const before = handlers();
    expect(await untilInterrupted(Promise.resolve(7), () => new Error("no"))).toBe(7);
    await expect(untilInterrupted(Promise.reject(new Error("own")), () => new Error("no"))).rejects.toThrow("own");
    expect(handlers()).toEqual(before);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("ends by %s with the error it is told to", async (signal) => {
    const before = handlers();
    const waiting = untilInterrupted(new Promise(() => undefined), (name) => new Error(`ended by ${name}`));
    process.emit(signal, signal);
    await expect(waiting).rejects.toThrow(`ended by ${signal}`);
    expect(handlers()).toEqual(before);
  });
});
