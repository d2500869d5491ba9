// What the settings hub.auto_sync, hub.content and hub.keep_runs_days do: real runs, a real daemon and a real hub that is told of them.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTeamScene, type TeamScene } from "../support/hub/team-scene.ts";

const TIMEOUT_MS = 120_000;
const DAY_S = 86_400;
let team: TeamScene;

beforeAll(async () => {
  team = await openTeamScene();
  await team.logIn();
}, TIMEOUT_MS);
afterAll(() => team.close(), TIMEOUT_MS);

const set = (name: string, value: string) => team.scene.home.succeed(["config", "set", name, value]);
/** Nothing of what it is called with is told: only what it is. */
const run = (...args: string[]) => team.scene.home.succeed(["run", ...args, "--", process.execPath, "-e", "0 // argument"]);

/** What the hub has, in the order it came. */
async function told(): Promise<Record<string, unknown>[]> {
  const { tenantId } = team.place;
  const rows = await team.rig.hub.parts.storage.within({ tenantId, workspaceId: "*" }, ({ db }) =>
    db.selectFrom("run").select("record").where("tenant_id", "=", tenantId).orderBy("received_at_ms").execute(),
  );
  return rows.map(({ record }) => JSON.parse(record) as Record<string, unknown>);
}

const waiting = async (): Promise<number> =>
  (JSON.parse((await team.scene.home.succeed(["sync", "--status", "--json"])).stdout) as { pending_jobs: number }).pending_jobs;

describe("a hub is told of runs", () => {
  it("when each ends with hub.auto_sync, and otherwise when somebody syncs", async () => {
    await run();
    expect([(await told()).length, await waiting()]).toEqual([0, 1]);
    await set("hub.auto_sync", "true");
    await run();
    expect([(await told()).length, await waiting()]).toEqual([1, 1]);
    await set("hub.auto_sync", "false");
    await run();
    expect([(await told()).length, await waiting()]).toEqual([1, 2]);
    await team.scene.home.succeed(["sync"]);
    expect([(await told()).length, await waiting()]).toEqual([3, 0]);
  });

  it("as much as hub.content lets it know", async () => {
    const tell = async (content: string): Promise<Record<string, unknown>> => {
      await set("hub.content", content);
      await run("--sync");
      return (await told()).at(-1) ?? {};
    };
    expect(await tell("full")).toMatchObject({ command: process.execPath, requests: 0, connections: [] });
    expect(await tell("summary")).toMatchObject({ command: "node" });
    const redacted = { command: "", connections: [], requests: 0, run_id: expect.stringMatching(/^run_/) as string };
    expect(await tell("redacted")).toMatchObject(redacted);
    expect(JSON.stringify(await told())).not.toContain("argument");
  });

  it("and forgets here what is older than hub.keep_runs_days", async () => {
    const directory = join(team.scene.home.path, "state", "runs", "default");
    const [known = ""] = readdirSync(directory);
    const old = (id: string, daysAgo: number): string => {
      const started_at = Math.floor(Date.now() / 1_000) - daysAgo * DAY_S;
      const summary = { run_id: id, started_at, ended_at: started_at, reason: "ended", command: "x", level: "L0", requests: 0, denied: 0 };
      const path = join(directory, `${id}.json`);
      const queued = { summary: { ...summary, connections: [] }, attempts: 0, lastError: null, uploadedAtMs: null };
      writeFileSync(path, JSON.stringify(queued), { mode: 0o600 });
      return path;
    };
    const [older, younger] = [old("run_older", 10), old("run_younger", 3)];
    await run();
    expect([older, younger, join(directory, known)].map((path) => existsSync(path))).toEqual([true, true, true]);
    await set("hub.keep_runs_days", "5");
    await run();
    expect([older, younger, join(directory, known)].map((path) => existsSync(path))).toEqual([false, true, true]);
  });
});
