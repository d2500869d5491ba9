import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS, SECRET } from "../../../support/cli/sample-answers.ts";

describe("get", () => {
  it("redacts secrets and asks the daemon for none", async () => {
    const done = await keyward(["get", "openai"], { answers: ANSWERS });
    expect(done.stdout).toContain("key: [redacted]\n");
    expect(done.calls.map(({ method }) => method)).toEqual(["connection.get"]);
  });

  it.each([
    ["status", "connected\n"],
    ["provider", "openai\n"],
    ["default", "true\n"],
    ["expires_at", "\n"],
    ["hosts", "api.openai.com\neu.openai.com:8443\n"],
  ])("prints %s bare", async (field, text) => {
    expect(await keyward(["get", "openai", "--field", field], { answers: ANSWERS })).toMatchObject({ status: 0, stdout: text });
  });

  it("reveals a field only when it is told to", async () => {
    const refused = await keyward(["get", "openai", "--field", "key"], { answers: ANSWERS });
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain("hint: keyward get openai --field key --show-secret");
    const shown = await keyward(["get", "openai", "--field", "key", "--show-secret", "--yes"], { answers: ANSWERS });
    expect(shown.stdout).toBe(`${SECRET}\n`);
  });

  it("lists the fields when one is unknown", async () => {
    const done = await keyward(["get", "openai", "--field", "nope"], { answers: ANSWERS });
    expect(done.status).toBe(2);
    expect(done.stderr).toMatch(/the fields are provider, connection, .*key/);
  });
});
