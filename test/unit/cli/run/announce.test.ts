import { describe, expect, it } from "vitest";
import { announceLevel } from "../../../../src/cli/run/announce.ts";
import { createContext, type Context, type World } from "../../../../src/cli/context.ts";

function setting(at: { isTTY?: boolean; json?: boolean; verbose?: boolean }): { context: Context; said: string[] } {
  const said: string[] = [];
  const world = { stderr: { isTTY: at.isTTY, write: (text: string) => said.push(text) }, environment: { KEYWARD_HOME: "/nowhere" } };
  const global = { json: at.json === true, profile: undefined, verbose: at.verbose === true, colour: false };
  return { context: createContext(world as unknown as World, global), said };
}

describe("announceLevel", () => {
  it.each(["L1", "L2", "L1+L2"] as const)("says %s in one line, always", (level) => {
    const { context, said } = setting({});
    announceLevel(level, ["more"], context);
    expect(said.join("")).toMatch(new RegExp(`^keyward: level ${level.replace("+", "\\+")}: [^\\n]+; more\\n$`));
  });

  it.each([
    ["a person", { isTTY: true }, 1],
    ["a log that asked for more", { verbose: true }, 1],
    ["a script", {}, 0],
  ])("says L0 to %s: %j", (_who, at, lines) => {
    const { context, said } = setting(at);
    announceLevel("L0", [], context);
    expect(said).toHaveLength(lines);
  });

  it("says it as JSON to those who read JSON", () => {
    const { context, said } = setting({ json: true });
    announceLevel("L1", [], context);
    expect(JSON.parse(said.join("")).notice.message).toContain("level L1");
  });
});
