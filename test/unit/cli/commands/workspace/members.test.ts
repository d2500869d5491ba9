import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { hubAnswers, LINKED, UNLINKED } from "../../../../support/cli/hub-answers.ts";

const ADA = { user_id: "usr_1", email: "ada@example.com", name: "Ada", role: "owner" };
/** A list, or the answer to a change. */
const answers = {
  ...hubAnswers(null),
  "hub.call": ({ method }: { method: string }) => ({
    status: 200,
    body:
      method === "GET"
        ? { data: [ADA], next_cursor: null }
        : { ...ADA, role: "admin", member: null, invitation: "https://hub.test/join#kw_inv_x" },
  }),
};
const paths = (calls: readonly { params: unknown }[]) =>
  calls.map(({ params }) => (params as { path?: string }).path).filter((path) => path !== undefined);

describe("workspace members", () => {
  it("lists those of the login's workspace, or of the one that is named", async () => {
    const done = await keyward(["workspace", "members", "--json"], { answers });
    expect(JSON.parse(done.stdout)).toEqual({ members: [ADA] });
    expect(paths(done.calls)).toEqual(["/v1/workspaces/wsp_1/members?limit=100"]);
    expect(paths((await keyward(["workspace", "members"], { answers, env: { KEYWARD_WORKSPACE: "pay" } })).calls)).toEqual([
      "/v1/workspaces/pay/members?limit=100",
    ]);
  });

  it("invites, changes and removes", async () => {
    expect((await keyward(["workspace", "members", "--add", "new@example.com"], { answers })).stdout).toMatch(
      /within a week:\nhttps:\/\/hub\.test\/join#kw_inv_x\n$/,
    );
    expect((await keyward(["workspace", "members", "--change", "ADA@example.com", "--role", "admin"], { answers })).stdout).toContain(
      "is admin now",
    );
    const unasked = await keyward(["workspace", "members", "--remove", "ada@example.com"], { answers });
    expect(unasked.status).toBe(4);
    const removed = await keyward(["workspace", "members", "--remove", "ada@example.com", "--yes"], { answers });
    expect(paths(removed.calls).at(-1)).toBe("/v1/workspaces/wsp_1/members/usr_1");
  });

  it.each([
    [["--add", "a@b", "--remove", "a@b"], 2],
    [["--change", "ada@example.com"], 2],
    [["--remove", "nobody@example.com", "--yes"], 1],
  ])("refuses %j with %i", async (args, status) => {
    expect((await keyward(["workspace", "members", ...args], { answers })).status).toBe(status);
  });

  it("asks which workspace when the login has none", async () => {
    const state = { ...LINKED, identity: LINKED.identity === null ? null : { ...LINKED.identity, workspace: null } };
    expect((await keyward(["workspace", "members"], { answers: { ...answers, "hub.state": state } })).status).toBe(8);
    expect((await keyward(["workspace", "members"], { answers: { ...answers, "hub.state": UNLINKED } })).status).toBe(8);
  });
});
