import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { keyward } from "../../../support/cli/fake-world.ts";
import { HUB, hubAnswers, hubCall, TOKEN } from "../../../support/cli/hub-answers.ts";

const page = { data: [], next_cursor: null };
const list = (options: Parameters<typeof keyward>[1], ...args: string[]) => keyward(["token", "list", "--json", ...args], options);

describe("a call of the hub", () => {
  it("is made by the profile's login, in the workspace of the option, the variable or the login", async () => {
    expect(hubCall((await list({ answers: hubAnswers(page) })).calls)).toMatchObject({ by: null, workspace: null });
    const env = { KEYWARD_WORKSPACE: "pay" };
    expect(hubCall((await list({ answers: hubAnswers(page), env })).calls)).toMatchObject({ workspace: "pay" });
    expect(hubCall((await list({ answers: hubAnswers(page), env }, "--workspace", "main")).calls)).toMatchObject({ workspace: "main" });
  });

  it("is made by a token of the environment, to the hub of the environment and no other", async () => {
    const env = { KEYWARD_TOKEN: TOKEN, KEYWARD_HUB: HUB };
    expect(hubCall((await list({ answers: hubAnswers(page), env })).calls)).toMatchObject({ by: { url: HUB, token: TOKEN } });
    const without = await list({ answers: hubAnswers(page), env: { KEYWARD_TOKEN: TOKEN } });
    expect([without.status, hubCall(without.calls)]).toEqual([2, undefined]);
  });

  it("follows the pages of a list to their end", async () => {
    const pages = [
      { data: [{ id: "a" }], next_cursor: "x+y" },
      { data: [{ id: "b" }], next_cursor: null },
    ];
    let at = 0;
    const answers = { ...hubAnswers(null), "hub.call": () => ({ status: 200, body: pages[at++] }) };
    const done = await list({ answers });
    expect(JSON.parse(done.stdout)).toEqual({ tokens: [{ id: "a" }, { id: "b" }] });
    expect(done.calls.map(({ params }) => (params as { path: string }).path)).toEqual([
      "/v1/api_tokens?limit=100",
      "/v1/api_tokens?limit=100&cursor=x%2By",
    ]);
  });

  it("ends as the hub's refusal says", async () => {
    const refused = () => Promise.reject(new KeywardError("HUB_FORBIDDEN", "no", { hint: "keyward auth login --admin" }));
    const done = await keyward(["token", "list"], { answers: { ...hubAnswers(null), "hub.call": refused } });
    expect([done.status, done.stderr]).toEqual([8, expect.stringContaining("keyward auth login --admin")]);
  });
});
