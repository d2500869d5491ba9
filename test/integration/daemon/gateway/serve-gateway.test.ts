// A gateway against a real hub and a real upstream, with curl as the container: admitted by a run token, keyed by the hub, cut off within seconds.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { Agent, get } from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { systemClock } from "../../../../src/core/clock.ts";
import { ensureGatewayAuthority } from "../../../../src/daemon/gateway/gateway-authority.ts";
import { type RunningGateway, serveGateway } from "../../../../src/daemon/gateway/serve-gateway.ts";
import { openAudit } from "../../../../src/audit/open-audit.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";
import { startTlsUpstream, type TlsUpstream } from "../../../support/tls-upstream.ts";
import { tempDirectory } from "../../../unit/store/temp-profile.ts";

const run = promisify(execFile);
const HOST = "api.openai.com";
const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn(), trace: vi.fn() };
let rig: HubRig;
let upstream: TlsUpstream;

beforeAll(async () => {
  rig = await startHubRig();
  upstream = await startTlsUpstream({ hosts: [HOST, "other.example"] });
});
afterAll(async () => {
  await rig.destroy();
  await upstream.close();
});

interface Scene {
  readonly gateways: readonly RunningGateway[];
  readonly caFile: string;
  readonly auditPath: string;
  readonly key: string;
  readonly token: string;
  readonly tokenId: string;
  /** The owner of the workspace. */
  readonly owner: string;
}

let scene: Scene;

beforeEach(async () => {
  const home = tempDirectory();
  const paths = resolvePaths({ KEYWARD_HOME: join(home, "h") });
  mkdirSync(paths.home, { mode: 0o700 });
  const rootsFile = join(home, "roots.pem");
  writeFileSync(rootsFile, upstream.authority.certificatePem);
  const settings = {
    "upstream.ca_file": rootsFile,
    "upstream.resolve": upstream.resolveEntries([HOST, "other.example"]),
    "network.allow": ["127.0.0.0/8"],
  };
  writeFileSync(paths.config, JSON.stringify(settings), { mode: 0o600 });
  const { authority, certificatePath } = ensureGatewayAuthority(join(home, "ca.pem"), Date.now());
  const place = await rig.tenant();
  const owner = (await rig.person(place, "owner", { isTenantAdmin: true })).tokens.accessToken;
  const key = `sk-${"a1B2".repeat(12)}`;
  await rig.call("POST", "/v1/secrets", { token: owner, body: { name: "KEY", value: key } });
  const body = { provider: "openai", secret: "KEY", origins: [`https://${HOST}`] };
  const connection = await rig.call("POST", "/v1/connections", { token: owner, body });
  const made = await rig.call("POST", "/v1/api_tokens", {
    token: owner,
    body: { name: "fleet", kind: "run", connections: [connection.body.id] },
  });
  const auditPath = join(home, "audit.jsonl");
  const options = { hubUrls: [rig.hub.url] as [string], host: "127.0.0.1", port: 0, authority, paths, log, denyUnmatched: true };
  const gateways = [
    await serveGateway({ ...options, auditPath }),
    await serveGateway({ ...options, auditPath: join(home, "second.jsonl") }),
    await serveGateway({ ...options, auditPath: join(home, "open.jsonl"), denyUnmatched: false }),
  ];
  // Before the directory they write to goes.
  for (const gateway of gateways) onTestFinished(() => gateway.close());
  scene = { gateways, caFile: certificatePath, auditPath, key, token: made.body.token, tokenId: made.body.id, owner };
});

/** Status and body, or the status of a refused CONNECT. */
async function curl(
  args: readonly string[],
  { token = scene.token, at = 0, host = HOST } = {},
): Promise<{ status: string; connect: string; body: string }> {
  const proxy = `http://run:${token}@127.0.0.1:${scene.gateways[at]?.port}`;
  const format = ["-sS", "-w", "\n%{http_code} %{http_connect}", "--max-time", "20", "--proxy", proxy, "--cacert", scene.caFile];
  const { stdout } = await run("curl", [...format, ...args, `https://${host}/v1/models`]).catch(
    (error: unknown) => error as { stdout: string },
  );
  const lines = stdout.split("\n");
  const [status = "", connect = ""] = (lines.pop() ?? "").split(" ");
  return { status, connect, body: lines.join("\n") };
}

const heard = (): unknown => upstream.requests.at(-1)?.headers["authorization"];

describe("a gateway", () => {
  it("fills the key in for a run token, at every replica, and writes its audit first", async () => {
    expect(await curl([])).toMatchObject({ status: "200", body: "ok" });
    expect(heard()).toBe(`Bearer ${scene.key}`);
    expect((await curl([], { at: 1 })).status).toBe("200");
    const audit = openAudit({ path: scene.auditPath, clock: systemClock });
    const rows = audit.list({ run: null, provider: null, sinceMs: null, denied: false, limit: 10 });
    audit.close();
    expect(rows).toMatchObject([{ provider: "openai", credential: "filled", host: HOST, status: 200 }]);
    expect(readFileSync(scene.auditPath, "utf8")).not.toContain(scene.key);
  });

  it("carries only what is the token's own: nothing without one, with a wrong one, or to another host", async () => {
    const before = upstream.requests.length;
    expect((await curl([], { token: "kw_run_wrong" })).connect).toBe("407");
    const stranger = scene.token.slice(0, -6) + "000000";
    expect((await curl([], { token: stranger })).connect).toBe("407");
    expect((await curl([], { host: "other.example" })).connect).toBe("403");
    expect(upstream.requests.length).toBe(before);
  });

  it("is not reached through itself, also where other hosts are carried and loopback is allowed", async () => {
    for (const name of ["127.0.0.1", "localhost"])
      expect((await curl([], { at: 2, host: `${name}:${scene.gateways[2]?.port}` })).connect).toBe("403");
    // Another one's port is that of any server, though none that speaks TLS.
    const other = await curl(["--max-time", "6"], { at: 2, host: `127.0.0.1:${scene.gateways[0]?.port}` });
    expect(other.connect).toBe("200");
  });

  it("tells a container what to set, and a placeholder from there is replaced", async () => {
    const base = `http://127.0.0.1:${scene.gateways[0]?.port}`;
    expect((await fetch(`${base}/env`)).status).toBe(401);
    const lines = await (await fetch(`${base}/env`, { headers: { authorization: `Bearer ${scene.token}` } })).text();
    const placeholder = /^export OPENAI_API_KEY='(sk-[^']+)'$/m.exec(lines)?.[1] ?? "";
    expect(lines).toContain(`export HTTPS_PROXY='http://run:${scene.token}@127.0.0.1:`);
    expect(lines).not.toContain(scene.key);
    expect((await curl(["-H", `Authorization: Bearer ${placeholder}`], { at: 1 })).status).toBe("200");
    expect(heard()).toBe(`Bearer ${scene.key}`);
    expect(await (await fetch(`${base}/ca.pem`)).text()).toBe(readFileSync(scene.caFile, "utf8"));
  });

  it("refuses a token within two seconds of its revocation", async () => {
    expect((await curl([])).status).toBe("200");
    await rig.call("DELETE", `/v1/api_tokens/${scene.tokenId}`, { token: scene.owner });
    await vi.waitUntil(async () => (await curl([])).connect === "407", { timeout: 30_000, interval: 200 });
  });

  it("uses a new version of the secret", async () => {
    expect((await curl([])).status).toBe("200");
    const next = `sk-${"c3D4".repeat(12)}`;
    await rig.call("POST", "/v1/secrets", { token: scene.owner, body: { name: "KEY", value: next } });
    await vi.waitUntil(async () => (await curl([])).status === "200" && heard() === `Bearer ${next}`, { timeout: 30_000, interval: 200 });
  });

  it("says 503, not 407, when the hub cannot be asked about a token", async () => {
    const paths = resolvePaths({ KEYWARD_HOME: tempDirectory() });
    const { authority } = ensureGatewayAuthority(join(tempDirectory(), "ca.pem"), Date.now());
    const lost = await serveGateway({
      hubUrls: ["http://127.0.0.1:9"],
      host: "127.0.0.1",
      port: 0,
      authority,
      auditPath: join(tempDirectory(), "a.jsonl"),
      paths,
      log,
      denyUnmatched: false,
    });
    const { stdout } = await run("curl", [
      "-s",
      "-w",
      "%{http_connect}",
      "--proxy",
      `http://run:${scene.token}@127.0.0.1:${lost.port}`,
      `https://${HOST}/`,
    ]).catch((error: unknown) => error as { stdout: string });
    expect(stdout).toContain("503");
    await lost.close();
  });

  it("refuses the next request on a connection that was open when its token was revoked, and ends its tunnel", async () => {
    const tunnel = await openTunnel(scene.token);
    expect(await tunnel.ask()).toBe(200);
    const before = upstream.requests.length;
    await rig.call("DELETE", `/v1/api_tokens/${scene.tokenId}`, { token: scene.owner });
    await vi.waitUntil(() => tunnel.socket.destroyed || tunnel.socket.readableEnded, { timeout: 30_000 });
    expect(await tunnel.ask()).not.toBe(200);
    expect(upstream.requests.length).toBe(before);
  });

  it("refuses a token with the second of its end, though the hub's answer is held for longer", async () => {
    const { token, tunnel, expires } = await openBeforeItExpires();
    await vi.waitUntil(() => tunnel.socket.destroyed || tunnel.socket.readableEnded, { timeout: 30_000 });
    expect(Date.now() / 1_000).toBeLessThan(expires + 10);
    expect((await curl([], { token })).connect).toBe("407");
  });
});

/** A token of a few seconds that was used within them: where that took too long, another of three times as many. */
async function openBeforeItExpires(lifeS = 6): Promise<{ token: string; tunnel: Awaited<ReturnType<typeof openTunnel>>; expires: number }> {
  const expires = Math.floor(Date.now() / 1_000) + lifeS;
  const connections = (await rig.call("GET", "/v1/connections", { token: scene.owner })).body.data as { id: string }[];
  const body = { name: "short", kind: "run", connections: connections.map(({ id }) => id), expires_at: expires };
  const token = (await rig.call("POST", "/v1/api_tokens", { token: scene.owner, body })).body.token as string;
  const tunnel = await openTunnel(token);
  const status = await tunnel.ask();
  if (status !== 200 && Date.now() / 1_000 > expires && lifeS < 50) return openBeforeItExpires(3 * lifeS);
  expect(status).toBe(200);
  return { token, tunnel, expires };
}

/** A connection to the provider's host through the gateway that stays open between requests. */
async function openTunnel(token: string) {
  const authorization = `Basic ${Buffer.from(`run:${token}`).toString("base64")}`;
  const port = scene.gateways[0]?.port ?? 0;
  const connecting = request({
    host: "127.0.0.1",
    port,
    method: "CONNECT",
    path: `${HOST}:443`,
    headers: { "proxy-authorization": authorization },
  });
  const socket = await new Promise<Socket>((resolve, reject) => {
    connecting.on("connect", (_answer, opened) => resolve(opened));
    connecting.on("error", reject);
    connecting.end();
  });
  socket.on("error", () => undefined);
  const secured = connectTls({ socket, servername: HOST, ca: readFileSync(scene.caFile) });
  secured.on("error", () => undefined);
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = () => secured;
  const ask = (): Promise<number | string> =>
    new Promise((resolve) => {
      if (secured.destroyed || socket.destroyed || socket.readableEnded) return resolve("closed");
      const asked = get({ host: HOST, path: "/v1/models", agent, timeout: 10_000 }, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
      });
      asked.on("timeout", () => asked.destroy());
      asked.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  return { socket, ask };
}
