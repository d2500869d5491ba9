import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { LINKED } from "../../../../support/cli/hub-answers.ts";

const own = {
  id: "con_1",
  provider: "jira",
  name: "team",
  kind: "tickets",
  label: "Team",
  scope: "workspace",
  secret_id: null,
  origins: [],
};
const answers = { "hub.state": LINKED, "hub.call": { status: 200, body: { data: [own], next_cursor: null } } };
const list = (...args: readonly string[]) => keyward(["connection", "list", "--via", "hub", ...args], { answers });

describe("connection list --via hub", () => {
  it("shows one kind, also one that only the hub has", async () => {
    expect((await list()).stdout).toContain("con_1");
    expect((await list("--kind", "tickets")).stdout).toContain("con_1");
  });

  it("says that none is of a kind, not that there are none", async () => {
    expect(await list("--kind", "slack")).toMatchObject({
      status: 0,
      stdout: "no connections of this kind at the hub; next: keyward connection set --via hub\n",
    });
    expect(JSON.parse((await list("--kind", "api_key", "--json")).stdout)).toEqual({ connections: [] });
  });

  it("refuses a kind that there is nowhere", async () => {
    const done = await list("--kind", "slak");
    expect(done).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("the kinds are slack, github") as string });
  });
});
