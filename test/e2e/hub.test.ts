// A team's hub from a developer's side, with the real command, daemon, proxy and hub: log in, share, run with a shared key, lose it again.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openBrowserLike } from "../support/hub/browser-like.ts";
import { type HubRig, startHubRig } from "../support/hub/hub-rig.ts";
import { openScene, makeKey, type Scene } from "../support/scene.ts";

const until = (look: () => Promise<boolean>): Promise<boolean> => vi.waitUntil(look, { timeout: 60_000, interval: 100 });

const PASSWORD = "correct horse battery";
let rig: HubRig;
let scene: Scene;
/** Of the workspace's owner, for the API. */
let owner: string;
let email: string;

beforeEach(async () => {
  // Nobody has to wait five seconds for a login that was approved at once.
  rig = await startHubRig({ pollEveryMs: 1_000 });
  scene = await openScene();
  const place = await rig.tenant("Acme");
  owner = (await rig.person(place, "owner", { isTenantAdmin: true })).tokens.accessToken;
  email = "ada@example.com";
  const invited = await rig.call("POST", `/v1/workspaces/${place.workspaceId}/members`, { token: owner, body: { email, role: "admin" } });
  const browser = openBrowserLike(rig.hub.url);
  await browser.submit(await browser.open("/join"), "/join", { invitation: invited.body.invitation, email, password: PASSWORD });
});
afterEach(async () => {
  await scene.close();
  await rig.destroy();
});

/** What a person does with the code of a login. */
async function decide(userCode: string, decision: "approve" | "deny"): Promise<void> {
  const browser = openBrowserLike(rig.hub.url);
  await browser.submit(await browser.open("/sign-in"), "/sign-in", { email, password: PASSWORD });
  const page = await browser.submit(await browser.open(`/device?user_code=${userCode}`), "/device", {});
  const workspace = /<option value="(wsp_\w+)"/.exec(page.text)?.[1] ?? "";
  const scope = [...page.text.matchAll(/name="scope" value="([^"]+)"/g)].map((match) => match[1] ?? "");
  const done = await browser.submit(page, "/device/decide", { decision, workspace, scope });
  expect(done.status).toBe(200);
}

async function logIn(args: readonly string[] = []): Promise<void> {
  const begun = await scene.home.run(["auth", "login", "--hub", rig.hub.url, "--json", ...args]);
  expect([begun.exitCode, begun.stderr]).toEqual([4, expect.any(String)]);
  const action = JSON.parse(begun.stdout) as { user_code: string; resume: string; status: string };
  expect(action.status).toBe("action_required");
  await decide(action.user_code, "approve");
  const resumed = await scene.home.succeed(action.resume.split(" ").slice(1));
  expect(resumed.stdout).toContain(`Logged in as ${email} to Acme/main`);
}

async function share(name: string): Promise<{ key: string; secretId: string; connectionId: string }> {
  const key = makeKey("openai");
  scene.keys.push(key);
  const secret = await rig.call("POST", "/v1/secrets", { token: owner, body: { name, value: key } });
  const body = { provider: "openai", secret: name, origins: ["https://api.openai.com"] };
  const connection = await rig.call("POST", "/v1/connections", { token: owner, body });
  return { key, secretId: secret.body.id, connectionId: connection.body.id };
}

const ASK = `
const answer = await fetch("https://api.openai.com/v1/models", { headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
console.log(answer.status);`;
const ask = () => scene.home.run(["run", "--", process.execPath, scene.home.write("ask.mjs", ASK)]);

const shared = async (): Promise<number> => {
  const { stdout } = await scene.home.run(["sync", "--status", "--json"]);
  const { connections } = JSON.parse(stdout) as { connections: readonly { skipped: string | null }[] };
  return connections.filter((each) => each.skipped === null).length;
};

it("runs a program with a key that the team shares, and loses it within seconds when the hub takes it away", async () => {
  const { key, connectionId } = await share("TEAM_KEY");
  await logIn();
  await until(async () => (await shared()) === 1);
  expect((await ask()).stdout.trim()).toBe("200");
  expect(scene.upstream.requests.at(-1)?.headers["authorization"]).toBe(`Bearer ${key}`);
  const uploaded = await scene.home.succeed(["sync", "--json"]);
  expect(JSON.parse(uploaded.stdout)).toMatchObject({ synced: 1, failed: 0, shared: 1 });
  await rig.call("DELETE", `/v1/connections/${connectionId}`, { token: owner });
  await until(async () => (await shared()) === 0);
  expect((await scene.home.succeed(["list", "--json"])).stdout).not.toContain("openai");
  scene.assertNoSecret();
});

it("takes a new version of a shared secret with the next request", async () => {
  await share("TEAM_KEY");
  await logIn();
  await until(async () => (await shared()) === 1);
  const next = makeKey("openai");
  scene.keys.push(next);
  await rig.call("POST", "/v1/secrets", { token: owner, body: { name: "TEAM_KEY", value: next } });
  await until(async () => {
    await ask();
    return scene.upstream.requests.at(-1)?.headers["authorization"] === `Bearer ${next}`;
  });
  scene.assertNoSecret();
});

it("keeps a connection of the user's own, and says that the shared one is not used", async () => {
  const own = await scene.login("openai");
  await share("TEAM_KEY");
  await logIn();
  const status = await scene.home.succeed(["sync", "--json"]);
  expect(JSON.parse(status.stdout)).toMatchObject({ shared: 0 });
  expect((await ask()).stdout.trim()).toBe("200");
  expect(scene.upstream.requests.at(-1)?.headers["authorization"]).toBe(`Bearer ${own}`);
});

it("says who is logged in, and forgets everything of the hub's at logout", async () => {
  await share("TEAM_KEY");
  await logIn();
  await until(async () => (await shared()) === 1);
  expect((await scene.home.succeed(["auth", "whoami"])).stdout).toContain(email);
  const again = await scene.home.succeed(["auth", "login", "--hub", rig.hub.url]);
  expect(again.stderr).toContain("already logged in");
  const elsewhere = await scene.home.run(["auth", "login", "--hub", "https://other.example"]);
  expect(elsewhere.exitCode).toBe(5);
  const unconfirmed = await scene.home.run(["auth", "logout"]);
  expect(unconfirmed.exitCode).toBe(4);
  await scene.home.succeed(["auth", "logout", "--force"]);
  expect((await scene.home.succeed(["list", "--json"])).stdout).not.toContain("openai");
  expect((await scene.home.succeed(["auth", "logout"])).stdout).toContain("Already logged out");
  expect((await scene.home.run(["auth", "whoami"])).exitCode).toBe(3);
  const status = JSON.parse((await scene.home.succeed(["auth", "status", "--json"])).stdout) as Record<string, unknown>;
  expect(status).toMatchObject({ authenticated: false, method: "none", email: null, warnings: [] });
});

it("makes, lists, rotates and revokes tokens, and works with one from the environment", async () => {
  await logIn(["--admin"]);
  const made = await scene.home.succeed(["token", "create", "--name", "ci", "--scope", "connections:read", "--json"]);
  const { token, id } = JSON.parse(made.stdout) as { token: string; id: string };
  scene.keys.push(token);
  const env = { KEYWARD_TOKEN: token, KEYWARD_HUB: rig.hub.url };
  const me = await scene.home.succeed(["auth", "whoami", "--json"], { env });
  expect(JSON.parse(me.stdout)).toMatchObject({ kind: "api_token", scopes: ["connections:read"] });
  const status = await scene.home.succeed(["auth", "status", "--json"], { env });
  expect(JSON.parse(status.stdout)).toMatchObject({ method: "env_token", warnings: [expect.stringContaining("unset KEYWARD_TOKEN")] });
  expect((await scene.home.run(["token", "create"], { env })).exitCode).toBe(8);
  const masked = await scene.home.succeed(["token", "rotate", id, "--print-env"]);
  expect(masked.stdout).toMatch(/^KEYWARD_HUB=http.*\nKEYWARD_WORKSPACE=wsp_\w+\nKEYWARD_TOKEN=kw_pat_\w{5}…\w{4}$/m);
  expect((await scene.home.run(["auth", "whoami"], { env })).exitCode).toBe(3);
  const list = await scene.home.succeed(["token", "list", "--json"]);
  const { tokens } = JSON.parse(list.stdout) as { tokens: readonly { id: string }[] };
  expect(tokens).toHaveLength(1);
  await scene.home.succeed(["token", "revoke", tokens[0]?.id ?? "", "--yes"]);
  expect(JSON.parse((await scene.home.succeed(["token", "list", "--json"])).stdout)).toEqual({ tokens: [] });
});

it("goes on with what it has while the hub is away", async () => {
  await share("TEAM_KEY");
  await logIn();
  await until(async () => (await shared()) === 1);
  await rig.hub.stop();
  expect((await ask()).stdout.trim()).toBe("200");
  expect((await scene.home.run(["auth", "whoami"])).exitCode).toBe(6);
});
