// Tokens that end while programs use them, with the real command, daemon and proxy and a server that rotates refresh tokens: renewed once
// for everybody, written before they are used, ended at the provider or kept.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { API_HOST, AUTH_HOST, DEFINITION, RotatingServer } from "../../scripts/crash/rotating-server.mjs";
import { TempHome } from "../support/temp-home.ts";

let server: RotatingServer;
let home: TempHome;

beforeEach(async () => {
  server = await RotatingServer.start();
  home = new TempHome();
  const roots = join(home.root, "roots.pem");
  writeFileSync(roots, server.authorityPem);
  const resolve = [API_HOST, AUTH_HOST].map((host) => `${host}:443=127.0.0.1:${server.port}`);
  home.set({ "upstream.resolve": resolve, "upstream.ca_file": roots, "network.allow": ["127.0.0.0/8"] });
  await home.succeed(["provider", "add", home.write("rotating.json", JSON.stringify(DEFINITION))]);
});
afterEach(async () => {
  await home.remove();
  server.close();
});

/** Afterwards the count of token requests begins at 0. */
async function login(lifetimeS: number): Promise<void> {
  server.lifetimeS = lifetimeS;
  const args = ["login", "rotating", "--flow", "token", "--client-id", "app", "--stdin"];
  await home.succeed(args, { stdin: `${server.grant()}\n` });
  server.lifetimeS = 3_600;
  server.tokenRequests = 0;
}

const ASK = `
import { existsSync } from "node:fs";
const [count, go] = process.argv.slice(2);
if (go !== undefined) console.log("ready");
while (go !== undefined && !existsSync(go)) await new Promise((done) => setTimeout(done, 10));
const ask = () => fetch("https://${API_HOST}/v1").then((answer) => answer.status, (error) => String(error.cause ?? error));
console.log(JSON.stringify(await Promise.all(Array.from({ length: Number(count) }, ask))));
`;

async function ask(): Promise<unknown> {
  const { stdout } = await home.succeed(["run", "--", process.execPath, home.write("ask.mjs", ASK), "1"]);
  return (JSON.parse(stdout) as unknown[])[0];
}

describe("a token at its end", () => {
  it("is renewed once for a hundred requests of five processes", async () => {
    await login(1);
    const script = home.write("ask.mjs", ASK);
    const go = join(home.work, "go");
    const live = Array.from({ length: 5 }, () => home.spawn(["run", "--", process.execPath, script, "20", go]));
    await Promise.all(live.map(({ child }) => once(child.stdout, "data")));
    writeFileSync(go, "");
    const done = await Promise.all(live.map(({ finished }) => finished));
    const statuses = done.flatMap(({ stdout }) => JSON.parse(stdout.slice(stdout.indexOf("["))) as number[]);
    expect(statuses).toEqual(Array.from({ length: 100 }, () => 200));
    expect(server.tokenRequests).toBe(1);
  });

  it("is renewed before it is shown or exported", async () => {
    await login(0.001);
    const shown = await home.succeed(["get", "rotating", "--field", "key", "--show-secret", "--yes"]);
    expect(shown.stdout.trim()).toBe(server.pair.access);
    expect((await home.succeed(["export", "rotating", "--yes"])).stdout).toContain(server.pair.access);
    expect(server.tokenRequests).toBe(1);
  });

  it("whose renewal is under way is not lost when the profile is locked", async () => {
    await login(0.001);
    let release: () => void = () => undefined;
    server.held = new Promise<void>((resolve) => (release = resolve));
    const rotated = new Promise<void>((resolve) => (server.onPhase = (phase: string) => void (phase === "rotated" && resolve())));
    const shown = home.spawn(["get", "rotating", "--field", "key", "--show-secret", "--yes"]);
    await rotated;
    const locked = home.spawn(["profile", "lock"]);
    await expect.poll(() => home.run(["profile", "list", "--json"]).then(({ stdout }) => stdout)).not.toBe("");
    release();
    expect([(await shown.finished).exitCode, (await locked.finished).exitCode]).toEqual([0, 0]);
    expect(await ask()).toBe(200);
    expect([server.tokenRequests, server.isOver]).toEqual([1, false]);
  });

  it("that the server does not renew any more asks for a login, and the server is asked once", async () => {
    await login(0.001);
    server.isOver = true;
    expect(await ask()).toBe(403);
    expect(await ask()).toBe(403);
    expect(server.tokenRequests).toBe(1);
    const shown = await home.run(["get", "rotating", "--field", "key", "--show-secret", "--yes"]);
    expect(shown).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("keyward login rotating --force") as string });
    expect((await home.succeed(["get", "rotating", "--field", "status"])).stdout.trim()).toBe("expired");
  });
});

describe("a token that the upstream refuses", () => {
  it("is renewed, the request is sent again, and the audit shows both", async () => {
    await login(3_600);
    server.endAccess();
    expect(await ask()).toBe(200);
    expect(server.tokenRequests).toBe(1);
    const { stdout } = await home.succeed(["audit", "list", "--provider", "rotating", "--json"]);
    const rows = (JSON.parse(stdout) as { entries: { kind: string; status: number; request_id: string }[] }).entries;
    const requests = rows.filter(({ kind }) => kind === "request");
    expect(requests.map(({ status }) => status)).toEqual([401, 200]);
    expect(new Set(requests.map(({ request_id }) => request_id)).size).toBe(1);
  });
});

describe("revoke", () => {
  it("ends the grant with the newest refresh token and removes the connection", async () => {
    await login(3_600);
    const done = await home.succeed(["revoke", "rotating", "--yes"]);
    expect(done.stdout).toContain("ended the access of rotating (default) at the provider");
    expect(server.revocations).toEqual([{ token: server.pair.refresh, token_type_hint: "refresh_token", client_id: "app" }]);
    expect((await home.succeed(["list"])).stdout).not.toContain("rotating");
  });

  it("keeps the connection when the provider cannot be asked, and says how to remove it all the same", async () => {
    await login(3_600);
    server.revocation = { status: 503, body: {} };
    const busy = await home.run(["revoke", "rotating", "--yes"]);
    expect(busy).toMatchObject({ exitCode: 6, stderr: expect.stringContaining("so it is kept") as string });
    expect(busy.stderr).toContain("keyward revoke rotating --local");
    expect(await ask()).toBe(200);
    await home.succeed(["revoke", "rotating", "--yes", "--local"]);
    expect(server.revocations).toHaveLength(1);
    expect((await home.succeed(["list"])).stdout).not.toContain("rotating");
  });

  it("removes what the provider has no way to end, and says that it is still valid", async () => {
    await login(3_600);
    server.revocation = { status: 400, body: { error: "unsupported_token_type" } };
    const done = await home.succeed(["revoke", "rotating", "--yes"]);
    expect(done.stdout + done.stderr).toContain("still valid");
    expect(server.revocations.map(({ token_type_hint: hint }) => hint)).toEqual(["refresh_token", "access_token"]);
  });
});

describe("a daemon that is killed while it renews", () => {
  it("loses no login that the server would go on with (scripts/crash/refresh.mjs)", async () => {
    const script = fileURLToPath(new URL("../../scripts/crash/refresh.mjs", import.meta.url));
    const child = spawn(process.execPath, [script, "--rounds", "8"], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const [status] = (await once(child, "close")) as [number];
    expect(said).toMatch(/^ok: 8 kills/);
    expect(status).toBe(0);
  }, 300_000);
});
