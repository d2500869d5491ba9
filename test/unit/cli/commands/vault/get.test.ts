import { describe, expect, it } from "vitest";
import { keyward, type FakeOptions } from "../../../../support/cli/fake-world.ts";
import { ANSWERS, SECRET } from "../../../../support/cli/sample-answers.ts";

const get = (words: readonly string[], options: FakeOptions = {}) =>
  keyward(["vault", "get", "SLACK_BOT_TOKEN", ...words], { answers: ANSWERS, ...options });

describe("keyward vault get", () => {
  it("shows facts and no value", async () => {
    const done = await get([]);
    expect(done.stdout).toContain("value: [redacted]");
    expect(done.calls.map(({ method }) => method)).toEqual(["vault.get"]);
    expect((await get(["--field", "version"])).stdout).toBe("2\n");
    expect((await get(["--field", "used_by"])).stdout).toBe("bot\n");
    expect(await get(["--field", "nope"])).toMatchObject({ status: 2 });
    expect(await get(["--field", "value"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--show-secret") });
  });

  it("shows the value when that is meant, and to no run", async () => {
    expect(await get(["--show-secret"])).toMatchObject({ status: 4, calls: [] });
    expect((await get(["--show-secret", "--yes", "--field", "value"])).stdout).toBe(`${SECRET}\n`);
    const inside = { env: { HTTPS_PROXY: "http://run_abc:token@127.0.0.1:40123" } };
    expect(await get(["--show-secret", "--yes"], inside)).toMatchObject({ status: 8, calls: [] });
  });

  it("takes the number of a version with it", async () => {
    expect((await get(["--show-secret", "--yes", "--version", "1"])).calls[0]?.params).toMatchObject({ version: 1 });
    expect(await get(["--version", "1"])).toMatchObject({ status: 2 });
    expect(await get(["--show-secret", "--yes", "--version", "x"])).toMatchObject({ status: 2 });
  });
});
