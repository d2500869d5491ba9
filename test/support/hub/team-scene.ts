// A developer beside a team's hub: the real command, daemon and proxy, a real hub with Ada in it, and an upstream that sees what arrives.
// In: options of the scene. Out: ways to log in, to run a program that asks the upstream, and to see what is shared.
import { expect, vi } from "vitest";
import { makeKey, openScene, type Scene } from "../scene.ts";
import { openBrowserLike } from "./browser-like.ts";
import { type HubRig, startHubRig } from "./hub-rig.ts";

const PASSWORD = "correct horse battery";
const EMAIL = "ada@example.com";
const ASK = `
const answer = await fetch("https://api.openai.com/v1/models", { headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
console.log(answer.status);`;

export interface TeamScene {
  readonly rig: HubRig;
  readonly scene: Scene;
  /** Of the workspace's owner, for the API. */
  readonly owner: string;
  readonly place: { readonly tenantId: string; readonly workspaceId: string };
  logIn(args?: readonly string[]): Promise<void>;
  /** The key that went out with the program's request, or its status when none did. */
  ask(
    args?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<{ readonly out: string; readonly sent: string | undefined }>;
  /** How many connections the hub shares that are used here. */
  shared(): Promise<number>;
  untilShared(count: number): Promise<unknown>;
  newKey(): string;
  close(): Promise<void>;
}

export async function openTeamScene(): Promise<TeamScene> {
  const rig = await startHubRig();
  const scene = await openScene();
  const place = await rig.tenant("Acme");
  const owner = (await rig.person(place, "owner", { isTenantAdmin: true })).tokens.accessToken;
  const invited = await rig.call("POST", `/v1/workspaces/${place.workspaceId}/members`, {
    token: owner,
    body: { email: EMAIL, role: "admin" },
  });
  const browser = openBrowserLike(rig.hub.url);
  await browser.submit(await browser.open("/join"), "/join", { invitation: invited.body.invitation, email: EMAIL, password: PASSWORD });
  const script = scene.home.write("ask.mjs", ASK);
  const shared = async (): Promise<number> => {
    const { stdout } = await scene.home.run(["sync", "--status", "--json"]);
    const { connections } = JSON.parse(stdout) as { connections: readonly { skipped: string | null }[] };
    return connections.filter((each) => each.skipped === null).length;
  };
  return {
    rig,
    scene,
    owner,
    place,
    logIn: async (args = []) => {
      const begun = await scene.home.run(["auth", "login", "--hub", rig.hub.url, "--json", ...args]);
      const action = JSON.parse(begun.stdout) as { user_code: string; resume: string };
      await approve(rig.hub.url, action.user_code);
      await scene.home.succeed(action.resume.split(" ").slice(1));
    },
    ask: async (args = [], env = {}) => {
      const before = scene.upstream.requests.length;
      const { stdout, stderr } = await scene.home.run(["run", ...args, "--", process.execPath, script], { env });
      const authorization = scene.upstream.requests.slice(before).at(-1)?.headers["authorization"];
      return { out: `${stdout.trim()}${stderr.trim()}`, sent: String(authorization ?? "").replace("Bearer ", "") || undefined };
    },
    shared,
    untilShared: (count) => vi.waitUntil(async () => (await shared()) === count, { timeout: 60_000, interval: 200 }),
    newKey: () => {
      const key = makeKey("openai");
      scene.keys.push(key);
      return key;
    },
    close: async () => {
      await scene.close();
      await rig.destroy();
    },
  };
}

/** What a person does with the code of a login: every scope it asks for. */
async function approve(url: string, userCode: string): Promise<void> {
  const browser = openBrowserLike(url);
  await browser.submit(await browser.open("/sign-in"), "/sign-in", { email: EMAIL, password: PASSWORD });
  const page = await browser.submit(await browser.open(`/device?user_code=${userCode}`), "/device", {});
  const workspace = /<option value="(wsp_\w+)"/.exec(page.text)?.[1] ?? "";
  const scope = [...page.text.matchAll(/name="scope" value="([^"]+)"/g)].map((match) => match[1] ?? "");
  const done = await browser.submit(page, "/device/decide", { decision: "approve", workspace, scope });
  expect(done.status).toBe(200);
}
