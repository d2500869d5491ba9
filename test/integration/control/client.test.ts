import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectControl } from "../../../src/control/client.ts";
import { PROTOCOL_VERSION } from "../../../src/control/protocol.ts";

let path = "";
const others: { close: () => void }[] = [];

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "kw-ctl-")), "s");
});
afterEach(() => {
  for (const other of others.splice(0)) other.close();
});

describe("connecting", () => {
  it("to nothing, a dead socket or a plain file gives null", async () => {
    expect(await connectControl(path)).toBeNull();
    writeFileSync(path, "not a socket");
    expect(await connectControl(path)).toBeNull();
  });

  async function impostor(answer: (socket: Socket) => void): Promise<Server> {
    const fake = createServer((socket) => {
      socket.on("error", () => {});
      answer(socket);
    });
    fake.listen(path);
    await once(fake, "listening");
    others.push({ close: () => fake.close() });
    return fake;
  }

  it("to a daemon that never answers fails in time", async () => {
    await impostor(() => {});
    await expect(connectControl(path, { helloTimeoutMs: 50 })).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      hint: "keyward daemon restart",
    });
  });

  it("to a daemon that is just ending gives null", async () => {
    await impostor((socket) => socket.destroy());
    expect(await connectControl(path)).toBeNull();
  });

  it("to something else that answers is an error", async () => {
    await impostor((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await expect(connectControl(path)).rejects.toMatchObject({ code: "DAEMON_PROTOCOL" });
  });

  it("to a daemon of another protocol names both versions and the way out", async () => {
    await impostor((socket) => socket.write(`${JSON.stringify({ hello: { protocol: 999, version: "99.0.0", pid: 7 } })}\n`));
    await expect(connectControl(path)).rejects.toMatchObject({
      code: "DAEMON_PROTOCOL",
      message: expect.stringContaining("99.0.0") as string,
      hint: expect.stringContaining("keyward daemon stop") as string,
    });
  });

  it("to an older daemon of the same protocol works, with a notice", async () => {
    await impostor((socket) => socket.write(`${JSON.stringify({ hello: { protocol: PROTOCOL_VERSION, version: "0.0.1", pid: 7 } })}\n`));
    const client = await connectControl(path);
    others.push({ close: () => client?.close() });
    expect(client?.notice).toContain("0.0.1");
  });
});
