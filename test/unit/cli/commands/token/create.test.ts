import { describe, expect, it } from "vitest";
import { keyward, NOW_MS } from "../../../../support/cli/fake-world.ts";
import { hubAnswers, hubCall, ISSUED, TOKEN } from "../../../../support/cli/hub-answers.ts";

const answers = hubAnswers(ISSUED);
const nowS = NOW_MS / 1_000;
const DAY_S = 24 * 3_600;

describe("token create", () => {
  it("asks for CI, ingest:write and 90 days unless told, and shows the token once", async () => {
    const done = await keyward(["token", "create"], { answers });
    expect(hubCall(done.calls)).toMatchObject({
      method: "POST",
      path: "/v1/api_tokens",
      body: { name: "CI", kind: "pat", scopes: ["ingest:write"], expires_at: nowS + 90 * DAY_S },
      idempotencyKey: expect.stringMatching(/^\w{24}$/) as string,
    });
    expect(done.stdout).toBe(`${TOKEN}\n`);
  });

  it.each([
    [["--expires-days", "0"], null],
    [["--expires-days", "1"], nowS + DAY_S],
    [["--ttl", "30m"], nowS + 1_800],
    [["--ttl", "8h"], nowS + 8 * 3_600],
  ])("takes a life of %j", async (args, expires_at) => {
    expect(hubCall((await keyward(["token", "create", ...args], { answers })).calls)).toMatchObject({ body: { expires_at } });
  });

  it.each([
    ["--expires-days", "-1"],
    ["--expires-days", "x"],
    ["--ttl", "8"],
    ["--ttl", "1h", "--expires-days", "1"],
    ["--kind", "other"],
  ])("refuses %s %s", async (...args) => {
    expect((await keyward(["token", "create", ...args], { answers })).status).toBe(2);
  });

  it("cuts a token from the login in use when told to", async () => {
    expect(hubCall((await keyward(["token", "create", "--from-current"], { answers })).calls)).toMatchObject({
      body: { parent: "current" },
    });
  });

  it("names connections for a run token and no scopes", async () => {
    const done = await keyward(["token", "create", "--kind", "run", "--connection", "con_1"], { answers });
    expect(hubCall(done.calls)).toMatchObject({ body: { kind: "run", connections: ["con_1"] } });
    expect(JSON.stringify(hubCall(done.calls))).not.toContain("scopes");
  });
});
