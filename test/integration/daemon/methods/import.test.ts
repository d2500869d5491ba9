import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KEY, GITHUB_KEY, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

describe("importing", () => {
  it("stores what fits and says why the rest did not, without a value", async () => {
    await daemon.store();
    const pairs = [
      { name: "OPENAI_API_KEY", value: KEY },
      { name: "GITHUB_TOKEN", value: GITHUB_KEY },
      { name: "ANTHROPIC_API_KEY", value: "not-a-key-canary" },
      { name: "MY_OWN", value: "canary" },
    ];
    const call = (change: object) =>
      daemon.client.call("connection.import", { profile: null, pairs, connection: null, dryRun: false, force: false, ...change });
    const dry = await call({ dryRun: true });
    expect(dry.rows.map((row) => row.outcome)).toEqual(["exists", "would store", "refused", "unknown"]);
    expect(await daemon.connections()).toEqual(["openai=default*"]);
    const { rows } = await call({});
    expect(rows.map((row) => [row.name, row.provider, row.outcome])).toEqual([
      ["OPENAI_API_KEY", "openai", "exists"],
      ["GITHUB_TOKEN", "github", "stored"],
      ["ANTHROPIC_API_KEY", "anthropic", "refused"],
      ["MY_OWN", null, "unknown"],
    ]);
    expect(JSON.stringify([dry, rows])).not.toMatch(/canary|ghp_a/);
    expect((await call({ force: true })).rows[0]?.outcome).toBe("stored");
    expect(await daemon.connections()).toEqual(["github=default*", "openai=default*"]);
  });

  it("as a rehearsal creates no profile", async () => {
    await daemon.client.call("connection.import", {
      profile: null,
      pairs: [{ name: "OPENAI_API_KEY", value: KEY }],
      connection: null,
      dryRun: true,
      force: false,
    });
    expect(existsSync(join(daemon.home.paths.profiles, "default.db"))).toBe(false);
  });
});
