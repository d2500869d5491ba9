import { describe, expect, it } from "vitest";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

describe("profile", () => {
  it("asks for a new passphrase twice and refuses two that differ", async () => {
    const same = await keyward(["profile", "create", "work", "--custody", "passphrase"], {
      answers: ANSWERS,
      typed: ["open sesame\r", "open sesame\r"],
    });
    expect(same.calls[0]?.params).toEqual({ profile: "work", custody: "passphrase", passphrase: "open sesame" });
    const different = await keyward(["profile", "rekey"], { answers: ANSWERS, typed: ["one\r", "two\r"] });
    expect(different).toMatchObject({ status: 2, calls: [] });
    expect(same.stderr + different.stderr).not.toMatch(/sesame|one|two\r/);
  });

  it("takes a passphrase from standard input, and says so when it cannot ask", async () => {
    const piped = await keyward(["profile", "unlock", "--passphrase-stdin"], { answers: ANSWERS, stdin: " with space \n" });
    expect(piped.calls[0]?.params).toEqual({ profile: null, passphrase: " with space " });
    expect(await keyward(["profile", "unlock"], { answers: ANSWERS })).toMatchObject({
      status: 4,
      stderr: expect.stringContaining("--passphrase-stdin") as string,
    });
  });

  it("uses only a profile that is there, and deletes only after a yes", async () => {
    expect((await keyward(["profile", "use", "work"], { answers: ANSWERS })).status).toBe(0);
    expect((await keyward(["profile", "use", "nope"], { answers: ANSWERS })).status).toBe(2);
    expect((await keyward(["profile", "delete", "work"], { answers: ANSWERS })).status).toBe(4);
    expect(await keyward(["profile", "delete", "nope"], { answers: ANSWERS })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("nothing to delete") as string,
    });
  });
});
