import { describe, expect, it } from "vitest";
import { isSignal, readInsideMessage } from "../../../../src/child/sandbox/dialogue.ts";

describe("readInsideMessage", () => {
  it.each([
    [{ started: true }, { started: true }],
    [{ stopped: false }, { stopped: false }],
    [{ ended: { exitCode: 7, signal: null } }, { ended: { exitCode: 7, signal: null } }],
    [{ ended: { exitCode: 143, signal: "SIGTERM" } }, { ended: { exitCode: 143, signal: "SIGTERM" } }],
    [{ ended: { exitCode: 1, signal: "SIGNONSENSE" } }, { ended: { exitCode: 1, signal: null } }],
  ])("reads %j", (message, read) => {
    expect(readInsideMessage(message)).toEqual(read);
  });

  it.each([
    null,
    {},
    { started: "yes" },
    { stopped: 1 },
    { ended: { exitCode: 256 } },
    { ended: { exitCode: -1 } },
    { ended: { exitCode: "0" } },
    { failed: { code: "NO_SUCH", message: "x" } },
    { failed: "x" },
  ])("takes %j for nothing: the inside is not trusted", (message) => {
    expect(readInsideMessage(message as never)).toBeNull();
  });
});

it("knows signals by their names", () => {
  expect([isSignal("SIGTERM"), isSignal("toString"), isSignal("SIGX"), isSignal(15)]).toEqual([true, false, false, false]);
});
