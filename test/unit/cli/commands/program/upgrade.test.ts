import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ROOT } from "../../../../support/source-files.ts";

describe("upgrade", () => {
  it("says what to type where it is, asks no daemon and changes nothing", async () => {
    const done = await keyward(["upgrade"]);
    expect(done).toMatchObject({ status: 0, calls: [], stderr: "" });
    expect(done.stdout).toMatch(/^keyward \d+\.\d+\.\d+, a (?:clone|package) in /);
    expect(done.stdout).toMatch(/^next: (?:git|npm) /m);
    const said = JSON.parse((await keyward(["upgrade", "--json"])).stdout) as { directory: string; commands: string[] };
    expect(said.directory.replace(/\/$/, "")).toBe(ROOT.replace(/\/$/, ""));
    expect(said.commands.length).toBeGreaterThan(0);
  });
});
