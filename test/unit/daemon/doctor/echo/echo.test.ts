import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { createAuthority } from "../../../../../src/certs/authority.ts";
import type { RunStarted } from "../../../../../src/control/protocol.ts";
import { systemClock } from "../../../../../src/core/clock.ts";
import { Echo } from "../../../../../src/daemon/doctor/echo/echo.ts";

const authority = createAuthority(Date.now());

async function open(clients: readonly string[]): Promise<Echo> {
  const directory = mkdtempSync(join(tmpdir(), "kw-echo-"));
  const echo = await Echo.open({ authority, clock: systemClock, directory, clients, ownPorts: () => [] });
  onTestFinished(async () => {
    await echo.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return echo;
}

async function connect(started: RunStarted, target = "echo.keyward.test:443"): Promise<{ status: string; socket: Socket }> {
  const socket = connectTcp(started.proxyPort, "127.0.0.1");
  socket.on("error", () => undefined);
  const token = Buffer.from(`${started.runId}:${started.token}`).toString("base64");
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Authorization: Basic ${token}\r\n\r\n`);
  const [data] = (await once(socket, "data")) as [Buffer];
  return { status: data.toString().slice(9, 12), socket };
}

async function get(started: RunStarted, client: string, header: string): Promise<string> {
  const { socket } = await connect(started);
  const secured = connectTls({ socket, servername: "echo.keyward.test", ca: authority.certificatePem });
  secured.write(`GET /probe/${client} HTTP/1.1\r\nHost: echo.keyward.test\r\n${header}Connection: close\r\n\r\n`);
  let answer = "";
  for await (const chunk of secured) answer += (chunk as Buffer).toString();
  return answer;
}

describe("an echo behind a proxy of its own", () => {
  it("sees each client by its run: routed, trusted, given the credential", async () => {
    const echo = await open(["works", "bare", "own", "distrusts", "absent"]);
    const [works, bare, own, distrusts] = echo.runs.map(({ started }) => started) as [RunStarted, RunStarted, RunStarted, RunStarted];
    const [placeholder] = Object.values(works.env);
    expect(await get(works, "works", `Authorization: Bearer ${placeholder}\r\n`)).toContain("keyward echo");
    await get(bare, "bare", "");
    await get(own, "own", "Authorization: Bearer mine\r\n");
    const { socket } = await connect(distrusts);
    const refused = connectTls({ socket, servername: "echo.keyward.test", rejectUnauthorized: true });
    await once(refused, "error");
    expect(echo.seen()).toMatchObject([
      { client: "works", routed: true, trusted: true, injected: true, why: null },
      { client: "bare", routed: true, trusted: true, injected: true },
      { client: "own", routed: true, trusted: true, injected: false },
      { client: "distrusts", routed: true, trusted: false, injected: false },
      { client: "absent", routed: false, trusted: false, injected: false, why: null },
    ]);
    expect(await echo.verify()).toMatchObject({ firstBadSeq: null });
  });

  it("opens the way to nothing but itself", async () => {
    const echo = await open(["curl"]);
    const started = echo.runs[0]?.started as RunStarted;
    expect((await connect(started, "127.0.0.1:22")).status).toBe("403");
    expect((await connect(started, "example.com:443")).status).toBe("403");
    expect((await connect({ ...started, token: "wrong" })).status).toBe("407");
  });
});
