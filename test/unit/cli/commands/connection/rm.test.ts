import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

const listed = ANSWERS["connection.list"] as unknown as { connections: readonly { id: string; provider: string; name: string }[] };
const [login] = listed.connections;
if (login === undefined) throw new Error("the sample has no connection");
const linked = { ...listed, connections: [{ ...login, secrets: { key: "TEAM" } }] };

describe("a connection that was logged in, by the id of the list", () => {
  it("is shown by get", async () => {
    const shown = await keyward(["connection", "get", login.id, "--json"], { answers: ANSWERS });
    expect(JSON.parse(shown.stdout)).toMatchObject({ id: login.id, provider: login.provider, connection: login.name });
    expect((await keyward(["connection", "get", login.id], { answers: ANSWERS })).stdout).toMatch(/^provider: +openai$/m);
  });

  it("is removed with its key, when that is confirmed", async () => {
    const asked = await keyward(["connection", "rm", login.id], { answers: ANSWERS });
    expect(asked).toMatchObject({ status: 4, stderr: expect.stringContaining("--yes") as string });
    expect(asked.calls.map(({ method }) => method)).toEqual(["connection.list"]);
    const done = await keyward(["connection", "rm", login.id, "--yes"], { answers: ANSWERS });
    const params = { profile: null, provider: login.provider, connection: login.name, everything: false };
    expect(done.calls.at(-1)).toEqual({ method: "connection.remove", params });
    expect(done.stdout).toBe(`removed ${login.provider} (${login.name})\n`);
  });

  it("is removed without a question when it only refers to a secret", async () => {
    const done = await keyward(["connection", "rm", login.id], { answers: { ...ANSWERS, "connection.list": linked as never } });
    expect(done).toMatchObject({ status: 0, stdout: expect.stringContaining("its secret TEAM stays in the vault") as string });
  });
});

describe("a connection that was set", () => {
  it("is removed, and its secret stays; --yes says nothing more", async () => {
    for (const words of [["bot"], ["bot", "--yes"]]) {
      const done = await keyward(["connection", "rm", ...words], { answers: ANSWERS });
      expect(done.calls).toEqual([{ method: "labelled.remove", params: { profile: null, id: "bot" } }]);
      expect(done.stdout).toContain("stays in the vault");
    }
  });
});
