import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../../src/core/errors.ts";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { HUB, hubAnswers, IDENTITY, LINKED, TOKEN, UNLINKED } from "../../../../support/cli/hub-answers.ts";

const status = async (answers: Parameters<typeof keyward>[1]) => keyward(["auth", "status", "--json"], answers);

describe("auth status", () => {
  it("names the login, and what a token of the environment shadows", async () => {
    const own = JSON.parse((await status({ answers: hubAnswers(null) })).stdout) as Record<string, unknown>;
    expect(own["where"]).toMatch(/\/profiles\/default\.db$/);
    expect(own).toMatchObject({ authenticated: true, method: "session", email: "ada@example.com", tenant_id: "ten_1", warnings: [] });
    const env = { KEYWARD_TOKEN: TOKEN, KEYWARD_HUB: HUB };
    const shadowed = JSON.parse((await status({ answers: hubAnswers(null), env })).stdout) as { warnings: string[] };
    const where = "KEYWARD_TOKEN";
    const warnings = [expect.stringMatching(/ada@example.com in .*default\.db; to use that: unset KEYWARD_TOKEN/)];
    expect(shadowed).toMatchObject({ method: "env_token", where, warnings });
    expect(JSON.stringify(shadowed)).not.toContain(TOKEN);
  });

  it("tells a stored token from a login, and nobody from both", async () => {
    const stored = { ...LINKED, identity: { ...IDENTITY, method: "token" as const } };
    expect(JSON.parse((await status({ answers: hubAnswers(null, stored) })).stdout)).toMatchObject({ method: "stored_token" });
    expect(JSON.parse((await status({ answers: hubAnswers(null, UNLINKED) })).stdout)).toMatchObject({
      authenticated: false,
      method: "none",
    });
    const person = await keyward(["auth", "status"], { answers: hubAnswers(null, UNLINKED) });
    expect([person.status, person.stdout]).toEqual([0, expect.stringContaining("next: keyward auth login")]);
  });

  it("lets a damaged profile hide no token of the environment", async () => {
    const broken = { "hub.state": () => Promise.reject(new KeywardError("STORE_CORRUPT", "the store is damaged")) };
    const env = { KEYWARD_TOKEN: TOKEN, KEYWARD_HUB: HUB };
    const done = await status({ answers: broken, env });
    expect(JSON.parse(done.stdout)).toMatchObject({ method: "env_token", warnings: ["ignoring unreadable profile: the store is damaged"] });
    expect((await status({ answers: broken })).status).toBe(1);
  });

  it("asks the hub with --check only", async () => {
    const done = await keyward(["auth", "status", "--check"], {
      answers: { ...hubAnswers(null), "hub.call": () => Promise.reject(new KeywardError("HUB_UNREACHABLE", "away")) },
    });
    expect(done.status).toBe(6);
  });
});
