import { describe, expect, it } from "vitest";
import { clientHello, readClientHello, readDaemonHello } from "../../../src/control/handshake.ts";
import { PROTOCOL_VERSION } from "../../../src/control/protocol.ts";
import { packageVersion } from "../../../src/control/version.ts";

describe("a hello", () => {
  it("of the command is understood by the daemon", () => {
    expect(readClientHello(clientHello(true))).toEqual({ protocol: PROTOCOL_VERSION, version: packageVersion(), replace: true });
  });

  it("of another version may say more, and may leave out what came later", () => {
    expect(readClientHello({ hello: { protocol: 9, version: "9.0.0", colour: "red" } })).toEqual({
      protocol: 9,
      version: "9.0.0",
      replace: false,
    });
    expect(readDaemonHello({ hello: { protocol: 9, version: "9.0.0", pid: 3 } })).toEqual({
      protocol: 9,
      version: "9.0.0",
      pid: 3,
      stepsAside: false,
    });
  });

  it.each([
    {},
    { hello: null },
    { hello: "x" },
    { hello: [] },
    { hello: { protocol: "1", version: "1", pid: 1 } },
    { hello: { protocol: 1, pid: 1 } },
  ])("that is none is null: %j", (message) => {
    expect(readClientHello(message)).toBeNull();
    expect(readDaemonHello(message)).toBeNull();
  });
});
