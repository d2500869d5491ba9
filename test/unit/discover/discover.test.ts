import { describe, expect, it } from "vitest";
import { discover, type DiscoverOptions } from "../../../src/discover/discover.ts";
import type { Source } from "../../../src/discover/source.ts";
import { newHome, NOW_MS, stageFixture } from "../../support/discover/stage-fixture.ts";

const machine = (home: string, platform: "linux" | "macos" = "linux", confined = true) =>
  ({ home, confined, environment: {}, platform }) as const;
const options = (home: string): DiscoverOptions => ({ machine: machine(home), nowMs: NOW_MS, oauth: true, only: null, keychain: null });

const item: Source = {
  id: "item",
  tool: "Item",
  priority: 50,
  format: "json",
  takes: "all",
  places: [{ path: "~/.item" }],
  entries: [{ at: "", formats: ["text"], provider: "openai", kind: "api_key" }],
  keychain: [{ service: "Item", account: "me", format: "text" }],
};

describe("discover", () => {
  it("has nothing in an empty home", () => {
    expect(discover(options(newHome()))).toEqual({ findings: [], chosen: [], problems: [], notes: [] });
  });

  it("puts the higher priority first and chooses one for each provider", () => {
    const { home } = stageFixture("claude-api-key");
    for (const id of ["claude-oauth", "opencode", "amp-legacy", "dotenv"]) stageFixture(id, home);
    const { findings, chosen } = discover(options(home));
    const priorities = findings.map(({ priority }) => priority);
    expect(priorities).toEqual([...priorities].sort((a, b) => b - a));
    expect(chosen.filter(({ provider }) => provider === "anthropic").map(({ source }) => source)).toEqual(["claude-api-key"]);
  });

  it.each([
    [["gh"], ["gh", "gh", "gh"]],
    [["anthropic"], ["claude-api-key", "simonw-llm"]],
    [["google-gemini", "nothing"], ["simonw-llm"]],
    [["GITHUB_TOKEN"], ["gh", "gh", "gh"]],
  ])("finds with only %j what of it is there", (only, sources) => {
    const { home } = stageFixture("gh");
    for (const id of ["claude-api-key", "simonw-llm"]) stageFixture(id, home);
    expect(discover({ ...options(home), only }).findings.map(({ source }) => source)).toEqual(sources);
  });

  it("keeps of a finding meant by one variable that variable alone", () => {
    const { home } = stageFixture("claude-api-key");
    const [found] = discover({ ...options(home), only: ["CLAUDE_API_KEY"] }).chosen;
    expect(found?.values.map(({ env }) => env)).toEqual([["CLAUDE_API_KEY"]]);
  });

  it("does not read other sources when only some are named", () => {
    const { home } = stageFixture("gh");
    stageFixture("claude-api-key", home);
    expect(discover({ ...options(home), only: ["gh"], sources: [item] }).findings).toEqual([]);
  });

  it("asks the keychain on macOS when it may, and never when it is confined or elsewhere", () => {
    const asked: string[] = [];
    const keychain = (_program: string, args: readonly string[]): string => {
      asked.push(args.join(" "));
      return "secret";
    };
    const base = { ...options(newHome()), sources: [item], keychain };
    expect(discover({ ...base, machine: machine(newHome(), "macos", false) }).findings).toMatchObject([{ path: "keychain: Item" }]);
    expect(asked).toHaveLength(1);
    discover({ ...base, machine: machine(newHome(), "macos", true) });
    discover({ ...base, machine: machine(newHome(), "linux", false) });
    discover({ ...base, keychain: null, machine: machine(newHome(), "macos", false) });
    expect(asked).toHaveLength(1);
  });
});
