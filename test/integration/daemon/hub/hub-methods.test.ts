// hub.* of a real daemon against a real hub: what a command may ask for, and what never comes back over the control socket.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowserLike } from "../../../support/hub/browser-like.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";
import { refusal, self, useDaemon } from "../living-daemon.ts";

const PASSWORD = "correct horse battery";
const daemon = useDaemon();
/** How far the hub's clock is ahead of the daemon's. */
let aheadMs = 0;
let rig: HubRig;
let people = 0;

beforeAll(async () => {
  rig = await startHubRig({ clock: { nowMs: () => Date.now() + aheadMs } });
});
afterAll(() => rig.destroy());

const none = { profile: null } as const;
const wish = () => ({ ...none, url: rig.hub.url, clientId: "keyward-cli", scopes: ["cli"], hostName: "laptop", insecure: false });

/** Until the person has said yes: the daemon asks a few seconds later. */
async function beginLogIn() {
  const place = await rig.tenant();
  const owner = await rig.person(place, "owner", { isTenantAdmin: true });
  const email = `m${(people += 1)}@example.com`;
  const token = owner.tokens.accessToken;
  const invited = await rig.call("POST", `/v1/workspaces/${place.workspaceId}/members`, { token, body: { email, role: "owner" } });
  const browser = openBrowserLike(rig.hub.url);
  await browser.submit(await browser.open("/join"), "/join", { invitation: invited.body.invitation, email, password: PASSWORD });
  const begun = await daemon.client.call("hub.loginBegin", wish());
  const waiting = daemon.client.call("hub.loginWait", { ...none, loginId: begun.loginId });
  const page = await browser.submit(await browser.open(`/device?user_code=${begun.userCode}`), "/device", {});
  const scope = [...page.text.matchAll(/name="scope" value="([^"]+)"/g)].map((match) => match[1] ?? "");
  await browser.submit(page, "/device/decide", { decision: "approve", workspace: place.workspaceId, scope });
  return { waiting, email, token, place };
}

async function logIn() {
  const { waiting, ...begun } = await beginLogIn();
  return { identity: await waiting, ...begun };
}

/** What of a person is alive at the hub. */
async function alive({
  email,
  place,
}: Pick<Awaited<ReturnType<typeof logIn>>, "email" | "place">): Promise<{ sessions: number; devices: number }> {
  return await rig.hub.parts.storage.within({ tenantId: place.tenantId, workspaceId: "*" }, async ({ db }) => {
    const person = await db.selectFrom("tenant_member").select("user_id").where("email", "=", email).executeTakeFirstOrThrow();
    const living = (table: "session" | "device") =>
      db.selectFrom(table).select("user_id").where("user_id", "=", person.user_id).where("revoked_at_ms", "is", null).execute();
    return { sessions: (await living("session")).length, devices: (await living("device")).length };
  });
}

const store = (text: string) => daemon.client.call("hub.storeToken", { ...none, url: rig.hub.url, token: text, insecure: false });
const call = (method: "GET" | "POST", path: string) =>
  daemon.client.call("hub.call", { ...none, method, path, body: null, workspace: null, idempotencyKey: null, by: null, asker: null });

describe("hub.*", () => {
  it("logs in, enrols the daemon, and calls the hub without ever showing a token", async () => {
    const { identity, email } = await logIn();
    expect(identity).toMatchObject({ url: rig.hub.url, method: "session", user: { email } });
    const state = await daemon.client.call("hub.state", none);
    expect(state).toMatchObject({ deviceId: expect.stringMatching(/^dev_/) as string, endedBecause: null });
    expect((await call("GET", "/v1/me")).body).toMatchObject({ kind: "session" });
    expect(JSON.stringify([identity, state])).not.toMatch(/kw_(ses|ref|dev)_/);
  });

  it("ends session and device at the hub when somebody else logs in, a token is stored, or at logout; also under an access token that is over", async () => {
    const first = await logIn();
    aheadMs += 2 * 3_600_000;
    const second = await logIn();
    expect(await alive(first)).toEqual({ sessions: 0, devices: 0 });
    expect(await alive(second)).toEqual({ sessions: 1, devices: 1 });
    const made = await rig.call("POST", "/v1/api_tokens", { token: second.token, body: { name: "CI" } });
    aheadMs += 2 * 3_600_000;
    expect(await store(made.body.token)).toEqual({ replaced: true });
    expect(await alive(second)).toEqual({ sessions: 0, devices: 0 });
    const third = await logIn();
    aheadMs += 2 * 3_600_000;
    expect(await daemon.client.call("hub.logout", none)).toMatchObject({ wasLinked: true, revoked: true });
    expect(await alive(third)).toEqual({ sessions: 0, devices: 0 });
    expect(await daemon.client.call("hub.state", none)).toMatchObject({ identity: null, deviceId: null });
    expect(await daemon.client.call("hub.logout", none)).toEqual({ wasLinked: false, revoked: false, url: null });
  });

  it("works in another workspace as another device, and calls the hub about that one from then on", async () => {
    const login = await logIn();
    const { token, email } = login;
    const before = await daemon.client.call("hub.state", none);
    await rig.call("POST", "/v1/workspaces", { token, body: { slug: "second" } });
    const use = () => daemon.client.call("hub.useWorkspace", { ...none, workspace: "second" });
    expect(await refusal(use())).toMatchObject({ code: "HUB_FORBIDDEN" });
    expect(await daemon.client.call("hub.state", none)).toMatchObject({ deviceId: before.deviceId });
    await rig.call("POST", "/v1/workspaces/second/members", { token, body: { email, role: "owner" } });
    expect(await use()).toMatchObject({ workspace: { slug: "second" } });
    const after = await daemon.client.call("hub.state", none);
    expect(after.deviceId).toMatch(/^dev_/);
    expect(after.deviceId).not.toBe(before.deviceId);
    expect(await alive(login)).toEqual({ sessions: 1, devices: 1 });
    expect((await call("GET", "/v1/me")).body).toMatchObject({ workspace: { slug: "second" } });
  });

  it("leaves no session at the hub when the daemon cannot be enrolled, and keeps the login that was there", async () => {
    const before = await logIn();
    const begun = await beginLogIn();
    const waiting = refusal(begun.waiting);
    const { body } = await rig.call("GET", `/v1/workspaces/${begun.place.workspaceId}/members`, { token: begun.token });
    const { user_id } = (body.data as { user_id: string; email: string }[]).find(({ email }) => email === begun.email)!;
    await rig.call("DELETE", `/v1/workspaces/${begun.place.workspaceId}/members/${user_id}`, { token: begun.token });
    expect(await waiting).toMatchObject({ code: "HUB_FORBIDDEN" });
    expect(await alive(begun)).toEqual({ sessions: 0, devices: 0 });
    expect(await alive(before)).toEqual({ sessions: 1, devices: 1 });
    expect(await daemon.client.call("hub.state", none)).toMatchObject({ identity: { user: { email: before.email } } });
  });

  it("ends login and device when the profile is deleted or replaced by a backup, and says when the hub was away", async () => {
    const first = await logIn();
    const state = await daemon.client.call("hub.state", none);
    const runs = join(daemon.home.paths.state, "runs", "default");
    mkdirSync(runs, { recursive: true, mode: 0o700 });
    writeFileSync(join(runs, "run_1.json"), "{}");
    const { transferId } = await daemon.client.call("backup.make", { ...none, passphrase: PASSWORD, asker: self });
    const { data } = await daemon.client.call("backup.read", { transferId, fromByte: 0 });
    expect(await daemon.client.call("profile.delete", none)).toEqual({
      leftHub: { url: rig.hub.url, deviceId: state.deviceId, ended: true },
    });
    expect([await alive(first), existsSync(runs)]).toEqual([{ sessions: 0, devices: 0 }, false]);
    const second = await logIn();
    const offered = await daemon.client.call("backup.offer", { transferId: null, data });
    const how = { profile: null, backupPassphrase: PASSWORD, custody: null, passphrase: null, replace: true };
    expect((await daemon.client.call("backup.restore", { ...how, ...offered })).leftHub).toMatchObject({ ended: true });
    expect(await alive(second)).toEqual({ sessions: 0, devices: 0 });
    expect(await daemon.client.call("profile.delete", none)).toEqual({ leftHub: null });
  });

  it("leaves no device at the hub of a profile that was deleted before its login was kept", async () => {
    const begun = await beginLogIn();
    const waiting = Promise.allSettled([begun.waiting]);
    await daemon.client.call("profile.delete", none);
    await waiting;
    expect(await alive(begun)).toEqual({ sessions: 0, devices: 0 });
  });

  // One daemon for all of them: a start costs more than they do.
  it("calls nothing that leads to a secret's value, to tokens or to another server", async () => {
    for (const path of ["/v1/secrets/x:access", "/v1/../oauth/token", "/oauth/token", "http://elsewhere/v1/me"]) {
      expect([path, await refusal(call("POST", path))]).toEqual([path, expect.objectContaining({ code: "USAGE" })]);
    }
  });

  it("logs in at no address that is not one, not safe, or where nobody answers", async () => {
    for (const [url, code] of [
      ["http://hub.example.com", "HUB_INSECURE"],
      ["https://hub.example.com/path", "HUB_INSECURE"],
      ["not a url", "HUB_INSECURE"],
      ["http://127.0.0.1:9", "HUB_UNREACHABLE"],
    ] as const) {
      expect([url, await refusal(daemon.client.call("hub.loginBegin", { ...wish(), url }))]).toEqual([
        url,
        expect.objectContaining({ code }),
      ]);
    }
  });

  it("keeps an API token, and nothing that only looks like one", async () => {
    const { token } = await logIn();
    const made = await rig.call("POST", "/v1/api_tokens", { token, body: { name: "CI" } });
    expect(await refusal(store(`${String(made.body.token).slice(0, -1)}!`))).toMatchObject({ code: "HUB_INVALID" });
    expect(await store(made.body.token)).toEqual({ replaced: true });
    expect((await call("GET", "/v1/me")).body).toMatchObject({ kind: "api_token" });
  });

  it("answers for a login that is over or was never begun", async () => {
    expect(await refusal(daemon.client.call("hub.loginWait", { ...none, loginId: "log_x" }))).toMatchObject({ code: "LOGIN_EXPIRED" });
    expect(await refusal(daemon.client.call("hub.sync", none))).toMatchObject({ code: "HUB_LOGIN_REQUIRED" });
    expect(await daemon.client.call("hub.queue", none)).toEqual({ runs: [] });
  });
});
