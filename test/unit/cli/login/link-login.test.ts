import { describe, expect, it } from "vitest";
import { parseSecretFlags } from "../../../../src/cli/login/link-login.ts";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

describe("a login with a secret of the vault", () => {
  it("hands over the name and asks for no key", async () => {
    const done = await keyward(["login", "openai", "--connection", "team", "--secret", "OPENAI_TEAM"], { answers: ANSWERS });
    expect(done.status).toBe(0);
    expect(done.calls.at(-1)).toMatchObject({
      method: "connection.link",
      params: { provider: "openai", connection: "team", secrets: { "": "OPENAI_TEAM" } },
    });
  });

  it("excludes every other source of a key", async () => {
    for (const words of [["--stdin"], ["--from-env", "A"], ["--flow", "browser"], ["--form"]]) {
      expect(await keyward(["login", "openai", "--secret", "A", ...words], { answers: ANSWERS })).toMatchObject({ status: 2 });
    }
  });
});

it("reads names by field, and takes no key in place of one", () => {
  expect(parseSecretFlags(["A"])).toEqual({ "": "A" });
  expect(parseSecretFlags(["token=A", "sid=B"])).toEqual({ token: "A", sid: "B" });
  expect(() => parseSecretFlags(["token=A", "token=B"])).toThrow("given twice");
  expect(() => parseSecretFlags([`sk/${"x".repeat(30)}`])).toThrow("never a key itself");
});
