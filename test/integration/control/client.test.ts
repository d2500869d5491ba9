import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectControl, type ControlClient } from "../../../src/control/client.ts";
import { PROTOCOL_VERSION } from "../../../src/control/protocol.ts";
import { outputMatching } from "../../support/wait.ts";

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

  it("to a daemon that dies with the hello unread gives null", async () => {
    const fake = createServer({ pauseOnConnect: true }, (socket) => void setImmediate(() => socket.destroy())).listen(path);
    others.push({ close: () => fake.close() });
    await once(fake, "listening");
    expect(await connectControl(path)).toBeNull();
  });

  it.runIf(process.platform === "linux")("to a daemon at which more wait than may waits its turn", async () => {
    const hello = JSON.stringify({ hello: { protocol: PROTOCOL_VERSION, version: "99.0.0", pid: 7 } });
    const listen = `listen({ path: ${JSON.stringify(path)}, backlog: 1 }, () => console.log("up"))`;
    const program = `require("net").createServer((s) => s.on("error", () => {}).write(${JSON.stringify(`${hello}\n`)})).${listen}`;
    const daemon = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    others.push({ close: () => daemon.kill("SIGKILL") });
    await once(daemon.stdout, "data");
    daemon.kill("SIGSTOP");
    // More than a backlog of one holds, so that ours is turned away.
    const crowd = Array.from({ length: 4 }, () => connect(path).on("error", () => {}));
    others.push(...crowd.map((socket) => ({ close: () => socket.destroy() })));
    await expect(connectControl(path, { helloTimeoutMs: 60 })).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      message: "the daemon accepts connections but does not answer",
    });
    const patient = connectControl(path);
    daemon.kill("SIGCONT");
    const client = await patient;
    others.push({ close: () => client?.close() });
    expect(client?.daemon.version).toBe("99.0.0");
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

  describe("and calling a daemon that dies", () => {
    const hello = `${JSON.stringify({ hello: { protocol: PROTOCOL_VERSION, version: "99.0.0", pid: 7 } })}\n`;
    /** Greets and reads nothing, not even the hello, or all there is; gives the daemon's end of the connection that comes. */
    async function daemon(isRead: boolean): Promise<{ readonly accepted: Promise<Socket> }> {
      const fake = createServer({ pauseOnConnect: true }, (socket) => socket.on("error", () => {}).write(hello));
      if (isRead) fake.on("connection", (socket: Socket) => socket.resume());
      fake.listen(path);
      await once(fake, "listening");
      others.push({ close: () => fake.close() });
      return { accepted: once(fake, "connection").then(([socket]) => socket as Socket) };
    }
    async function dyingAt(isRead: boolean, count: number): Promise<unknown[]> {
      const { accepted } = await daemon(isRead);
      const client = (await connectControl(path)) as ControlClient;
      others.push(client);
      const socket = await accepted;
      // What a call writes is in the daemon's end of the socket when it returns.
      const calls = Array.from({ length: count }, () => client.call("run.list", { profile: null }));
      if (isRead) await outputMatching(socket, /run\.list.*\n/);
      socket.destroy();
      return (await Promise.allSettled(calls)).map((settled) => (settled as PromiseRejectedResult).reason as unknown);
    }

    it("with the call unread says that it was not taken", async () => {
      expect(await dyingAt(false, 1)).toMatchObject([{ code: "DAEMON_GONE" }]);
    });

    it("with one of several unread does not say so: others may have been read", async () => {
      expect(await dyingAt(false, 2)).toMatchObject([{ code: "DAEMON_UNREACHABLE" }, { code: "DAEMON_UNREACHABLE" }]);
    });

    it("with the call read does not say so", async () => {
      expect(await dyingAt(true, 1)).toMatchObject([{ code: "DAEMON_UNREACHABLE" }]);
    });

    it("and has died since the last call says that it was not taken", async () => {
      await impostor((socket) => socket.once("data", () => socket.end(hello)));
      const client = await connectControl(path);
      await client?.closed;
      await expect(client?.call("run.list", { profile: null })).rejects.toMatchObject({ code: "DAEMON_GONE" });
    });
  });
});
