import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";

describe("version", () => {
  it("says what --version says", async () => {
    expect((await keyward(["version"])).stdout).toBe((await keyward(["--version"])).stdout);
    expect((await keyward(["version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
