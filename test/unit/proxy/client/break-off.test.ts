// What the other side of a connection sees when it is broken off: a reset, never an end.
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { breakOff, rememberWire } from "../../../../src/proxy/client/break-off.ts";

const server = createServer();
let here: Socket;
let there: Socket;

beforeEach(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  there = connect((server.address() as AddressInfo).port, "127.0.0.1");
  [here] = await accepted;
});
afterEach(() => {
  there.destroy();
  server.close();
});

/** The error it ends with. */
const broken = (socket: Socket): Promise<unknown> => once(socket.resume(), "close").catch((error: unknown) => error);

describe("breakOff", () => {
  it("resets a connection", async () => {
    const error = broken(there);
    breakOff(here);
    expect(await error).toMatchObject({ code: "ECONNRESET" });
    expect(here.destroyed).toBe(true);
  });

  it("resets the connection below another, and ends that one", async () => {
    const above = new PassThrough() as unknown as Socket;
    rememberWire(above, here);
    const error = broken(there);
    breakOff(above);
    expect(await error).toMatchObject({ code: "ECONNRESET" });
    expect(above.destroyed).toBe(true);
  });

  it("leaves a connection alone that is gone already", () => {
    here.destroy();
    expect(() => breakOff(here)).not.toThrow();
  });
});
