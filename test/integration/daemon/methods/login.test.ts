import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { KEY, refusal, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();
const checks = { anyShape: false, doubtful: "ask", verify: false } as const;
const params = { profile: null, provider: "openai", connection: null, host: null, force: false, checks, timeoutMs: 60_000, uiPort: 0 };

async function fillIn(url: string, key: string): Promise<Response> {
  const csrf = /name="csrf" value="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? "";
  return fetch(url, { method: "POST", body: new URLSearchParams({ csrf, key }) });
}

describe("a login", () => {
  it("stores what the form was given and tells once where the profile's key is", async () => {
    const { loginId, url, expiresAtMs } = await daemon.client.call("login.start", { ...params, connection: "work" });
    expect(expiresAtMs).toBeGreaterThan(Date.now());
    const waiting = daemon.client.call("login.wait", { loginId });
    expect((await fillIn(url, "wrong")).status).toBe(422);
    expect((await fillIn(url, `Bearer ${KEY}`)).status).toBe(200);
    expect(await waiting).toMatchObject({
      provider: "openai",
      name: "work",
      notices: [expect.stringContaining("Bearer"), expect.stringContaining("(0600)")],
    });
    expect(await daemon.connections()).toEqual(["openai=work*"]);
  });

  it("is refused before a form opens when it cannot end well", async () => {
    await daemon.store();
    expect(await refusal(daemon.client.call("login.start", params))).toMatchObject({ code: "CONNECTION_EXISTS", exitCode: 5 });
    expect(await refusal(daemon.client.call("login.start", { ...params, provider: "opnai" }))).toMatchObject({ code: "PROVIDER_UNKNOWN" });
    expect(await refusal(daemon.client.call("login.start", { ...params, connection: "Bad Name" }))).toMatchObject({ code: "NAME_INVALID" });
    await daemon.client.call("profile.create", { profile: "safe", custody: "passphrase", passphrase: "long enough words" });
    await daemon.client.call("profile.lock", { profile: "safe" });
    expect(await refusal(daemon.client.call("login.start", { ...params, profile: "safe" }))).toMatchObject({ code: "PROFILE_LOCKED" });
  });

  it("by force says in the form that a key is replaced", async () => {
    await daemon.store();
    const { url } = await daemon.client.call("login.start", { ...params, force: true });
    expect(await (await fetch(url)).text()).toContain("It replaces the key that is stored now.");
  });

  it("ends with the connection that began it", async () => {
    const terminal = await daemon.home.connect();
    const { url, loginId } = await terminal.call("login.start", params);
    expect(await refusal(daemon.client.call("login.wait", { loginId }))).toMatchObject({ code: "LOGIN_EXPIRED" });
    terminal.close();
    await expect.poll(async () => (await fetch(url)).status).toBe(410);
  });

  it("on a fixed port that is taken says which and how to free it", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const { port } = blocker.address() as AddressInfo;
    const fixed = { ...params, uiPort: port };
    const refused = await refusal(daemon.client.call("login.start", fixed));
    expect(refused).toMatchObject({ code: "PORT_TAKEN", message: expect.stringContaining(String(port)) as string });
    blocker.close();
    await once(blocker, "close");
    const { url } = await daemon.client.call("login.start", fixed);
    expect(new URL(url).port).toBe(String(port));
  });
});
