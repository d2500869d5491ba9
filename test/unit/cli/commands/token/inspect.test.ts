import { describe, expect, it } from "vitest";
import { newHubToken } from "../../../../../src/hub/tokens/token-format.ts";
import { keyward } from "../../../../support/cli/fake-world.ts";

describe("token inspect", () => {
  it("says what kind it is and shows neither the token nor its middle", async () => {
    const token = newHubToken("run");
    const done = await keyward(["token", "inspect", "-"], { stdin: `${token}\n` });
    expect(done.stdout).toBe(`${token.slice(0, 12)}…${token.slice(-4)}: run token, checksum right\n`);
  });

  it("reads KEYWARD_TOKEN, and asks for one when there is none", async () => {
    const done = await keyward(["token", "inspect", "--json"], { env: { KEYWARD_TOKEN: newHubToken("pat") } });
    expect(JSON.parse(done.stdout)).toMatchObject({ kind: "API token", checksum: "right" });
    expect((await keyward(["token", "inspect"])).status).toBe(2);
  });

  it.each([newHubToken("pat").slice(0, -1), `${newHubToken("pat").slice(0, -6)}000000`, "sk-x", ""])(
    "refuses %j without repeating it",
    async (text) => {
      const done = await keyward(["token", "inspect", "-"], { stdin: text });
      expect(done.status).toBe(2);
      if (text !== "") expect(done.stdout + done.stderr).not.toContain(text);
    },
  );
});
