// What a team does with its hub by the command alone: share a key, use it elsewhere and in CI, look at it, take it away.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openTeamScene, type TeamScene } from "../support/hub/team-scene.ts";

let team: TeamScene;

beforeEach(async () => {
  team = await openTeamScene();
});
afterEach(() => team.close());

const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

/** With a login: a secret and a connection at the hub. */
async function shareAtHub(): Promise<string> {
  const { scene, newKey } = team;
  const key = newKey();
  await scene.home.succeed(["vault", "put", "TEAM_KEY", "--via", "hub", "--stdin"], { stdin: `${key}\n` });
  const words = ["--id", "default", "--kind", "llm", "--label", "Team", "--provider", "openai", "--secret-id", "TEAM_KEY"];
  await scene.home.succeed(["connection", "set", "--via", "hub", ...words]);
  return key;
}

const machineToken = async (...scopes: string[]): Promise<{ token: string; id: string }> => {
  const { rig, owner, scene } = team;
  const made = await rig.call("POST", "/v1/api_tokens", { token: owner, body: { name: "ci", scopes } });
  scene.keys.push(made.body.token as string);
  return made.body as { token: string; id: string };
};

it("shares a key with the command alone, shows it nowhere, and takes it away again", async () => {
  const { scene, ask, logIn, untilShared } = team;
  await logIn();
  const key = await shareAtHub();
  await untilShared(1);
  expect((await ask()).sent).toBe(key);
  const listed = json((await scene.home.succeed(["vault", "list", "--json"])).stdout);
  expect(listed["secrets"]).toMatchObject([{ name: "TEAM_KEY", scope: "workspace", source: "hub" }]);
  const atHub = json((await scene.home.succeed(["vault", "list", "--via", "hub", "--json"])).stdout);
  expect(atHub["secrets"]).toMatchObject([{ name: "TEAM_KEY", source: "hub", version: 1 }]);
  const connections = json((await scene.home.succeed(["connection", "list", "--via", "hub", "--json"])).stdout);
  expect(connections["connections"]).toMatchObject([{ provider: "openai", name: "default" }]);
  scene.assertNoSecret();
  // Seeing it is the hub's to allow and to write down.
  expect((await scene.home.succeed(["vault", "get", "TEAM_KEY", "--show-secret", "--yes"])).stdout).toContain(key);
  expect((await scene.home.succeed(["get", "openai", "--show-secret", "--yes"])).stdout).toContain(key);
  const audit = await team.rig.call("GET", "/v1/audit?limit=100", { token: team.owner });
  expect(audit.body.data.filter((line: { action: string }) => line.action === "secret.access")).toHaveLength(2);
  expect((await scene.home.run(["vault", "rm", "TEAM_KEY", "--via", "hub", "--yes"])).exitCode).toBe(5);
  await scene.home.succeed(["connection", "rm", "default", "--via", "hub", "--yes"]);
  await untilShared(0);
  await scene.home.succeed(["vault", "rm", "TEAM_KEY", "--via", "hub", "--yes"]);
});

it("lends a machine's token what the team shares, for one run, tells the hub of it, and refuses the next request when the token is revoked", async () => {
  const { scene, rig, owner, ask } = team;
  const key = team.newKey();
  await rig.call("POST", "/v1/secrets", { token: owner, body: { name: "TEAM_KEY", value: key } });
  const body = { provider: "openai", secret: "TEAM_KEY", origins: ["https://api.openai.com"] };
  await rig.call("POST", "/v1/connections", { token: owner, body });
  const { token, id } = await machineToken("sync:pull", "ingest:write");
  const env = { KEYWARD_TOKEN: token, KEYWARD_HUB: rig.hub.url, CI: "1" };
  expect(await ask(["--sync"], env)).toMatchObject({ sent: key });
  expect(json((await scene.home.succeed(["list", "--json"])).stdout)["connections"]).toEqual([]);
  expect(json((await scene.home.succeed(["sync", "--json"], { env })).stdout)).toMatchObject({ synced: 0, failed: 0 });
  const seen = await scene.home.succeed(["run", "--", "env"], { env });
  expect(seen.stdout).not.toContain("KEYWARD_TOKEN");
  // A program that lives longer than its token.
  const waiting = `
      import { createInterface } from "node:readline";
      for await (const _ of createInterface({ input: process.stdin })) {
        const answer = await fetch("https://api.openai.com/v1/models", { headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
        console.log("status " + answer.status);
      }`;
  const live = scene.home.spawn(["run", "--", process.execPath, scene.home.write("wait.mjs", waiting)], { env });
  let said = "";
  live.child.stdout.on("data", (text: string) => (said += text));
  live.child.stdin.write("\n");
  await vi.waitUntil(() => said.includes("status 200"), { timeout: 60_000 });
  await rig.call("DELETE", `/v1/api_tokens/${id}`, { token: owner });
  await vi.waitUntil(
    () => {
      live.child.stdin.write("\n");
      return /status (?!200)\d+/.test(said);
    },
    { timeout: 60_000, interval: 500 },
  );
  live.child.stdin.end();
  await live.finished;
  const refused = await scene.home.run(["run", "--", "true"], { env });
  expect([refused.exitCode, refused.stderr]).toEqual([125, expect.stringContaining("token")]);
  scene.assertNoSecret();
});
