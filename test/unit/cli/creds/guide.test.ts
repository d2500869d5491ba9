import { describe, expect, it } from "vitest";
import { GUIDE } from "../../../../src/cli/creds/guide.ts";
import { COMMAND_NAMES } from "../../../../src/cli/registry.ts";
import { keyward } from "../../../support/cli/fake-world.ts";

describe("creds guide", () => {
  it("prints the whole playbook on stdout", async () => {
    const done = await keyward(["creds", "guide"]);
    expect(done).toMatchObject({ status: 0, stdout: GUIDE, stderr: "", calls: [] });
    expect(GUIDE).toMatch(/## Manual[\s\S]*## CI[\s\S]*## Enterprise/);
  });

  it("names only commands there are", () => {
    const named = [...GUIDE.matchAll(/\bkeyward ([a-z]+(?: [a-z-]+)?)/g)].map(([, words = ""]) => words);
    const known = (words: string): boolean => COMMAND_NAMES.includes(words) || COMMAND_NAMES.includes(words.split(" ")[0] ?? "");
    expect(named.filter((words) => !known(words) && !/^(?:takes|gets)/.test(words))).toEqual([]);
  });
});
