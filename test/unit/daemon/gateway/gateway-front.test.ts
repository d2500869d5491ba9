import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { type FrontOptions, openFront } from "../../../../src/daemon/gateway/gateway-front.ts";

const head = (token: string): string =>
  `CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nProxy-Authorization: Basic ${Buffer.from(`run:${token}`).toString("base64")}\r\n\r\n`;

/** A front before a proxy that answers with what it heard. */
async function scene(admit: (token: string) => Promise<boolean>, answer: FrontOptions["answer"] = () => null) {
  const inner = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => inner.listen(0, "127.0.0.1", resolve));
  const front = await openFront({ host: "127.0.0.1", port: 0, proxyPort: () => (inner.address() as AddressInfo).port, admit, answer });
  onTestFinished(async () => {
    await front.close();
    await new Promise((resolve) => inner.close(resolve));
  });
  const open = (): Socket => connect(front.port, "127.0.0.1");
  return { front, open };
}

const heard = (socket: Socket, until: string): Promise<string> =>
  new Promise((resolve) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (text.includes(until)) resolve(text);
    });
    socket.on("close", () => resolve(text));
    socket.on("error", () => resolve(text));
  });

describe("the gateway's door", () => {
  it("asks about the token, then hands every byte over, what came with the head included", async () => {
    const admit = vi.fn().mockResolvedValue(true);
    const { open } = await scene(admit);
    const socket = open();
    const sent = `${head("kw_run_x")}early`;
    for (const part of [sent.slice(0, 40), sent.slice(40)]) {
      socket.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await heard(socket, "early")).toBe(sent);
    socket.write("later");
    expect(await heard(socket, "later")).toBe("later");
    expect(admit).toHaveBeenCalledExactlyOnceWith("kw_run_x");
    socket.destroy();
  });

  it("leaves it to the proxy to refuse what brings no token", async () => {
    const admit = vi.fn();
    const { open } = await scene(admit);
    const socket = open();
    socket.write("CONNECT a.test:443 HTTP/1.1\r\n\r\n");
    expect(await heard(socket, "\r\n\r\n")).toContain("CONNECT");
    expect(admit).not.toHaveBeenCalled();
    socket.destroy();
  });

  it("says 503 with the reason when the hub cannot be asked", async () => {
    const { open } = await scene(() => Promise.reject(new KeywardError("HUB_UNREACHABLE", "away")));
    const socket = open();
    socket.write(head("t"));
    expect(await heard(socket, "HUB_UNREACHABLE")).toMatch(/^HTTP\/1.1 503 .*"HUB_UNREACHABLE"/s);
  });

  it("answers what is its own without asking the proxy", async () => {
    const { open } = await scene(vi.fn().mockResolvedValue(true), (text) => ({ status: 200, body: text.split("\r\n")[0] ?? "" }));
    const socket = open();
    socket.write("GET /env HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer t\r\n\r\n");
    expect(await heard(socket, "never")).toMatch(/^HTTP\/1\.1 200 OK\r\n.*GET \/env HTTP\/1\.1$/s);
  });

  it("drops a head without an end", async () => {
    const { open } = await scene(vi.fn());
    const socket = open();
    socket.write("x".repeat(20_000));
    expect(await heard(socket, "never")).toBe("");
  });

  it("names the port it cannot have", async () => {
    const { front } = await scene(vi.fn());
    const second = openFront({ host: "127.0.0.1", port: front.port, proxyPort: () => 0, admit: vi.fn(), answer: () => null });
    await expect(second).rejects.toMatchObject({ code: "PORT_TAKEN" });
  });
});
