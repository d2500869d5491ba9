import { describe, expect, it } from "vitest";
import { type Answers, keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

const GONE: Answers = { ...ANSWERS, "connection.list": { connections: [], notice: null }, "connection.remove": { removed: [] } };
const methods = (done: { calls: readonly { method: string }[] }): string[] => done.calls.map(({ method }) => method);

describe("logout, remove and revoke", () => {
  it.each([["logout"], ["remove"], ["revoke"]])("%s wants a yes: from a person or --yes", async (verb) => {
    const silent = await keyward([verb, "openai"], { answers: ANSWERS });
    expect(silent).toMatchObject({ status: 4, stdout: "" });
    expect(methods(silent)).not.toContain("connection.remove");
    const no = await keyward([verb, "openai"], { answers: ANSWERS, typed: ["n\r"] });
    expect(no.status).toBe(4);
    expect(methods(no)).not.toContain("connection.remove");
    expect((await keyward([verb, "openai"], { answers: ANSWERS, typed: ["y\r"] })).status).toBe(0);
    expect(methods(await keyward([verb, "openai", "--yes"], { answers: ANSWERS }))).toContain("connection.remove");
  });

  it.each([["logout"], ["remove"], ["revoke"]])("%s asks nothing the second time and ends with 0", async (verb) => {
    const done = await keyward([verb, "openai"], { answers: GONE });
    expect(done).toMatchObject({ status: 0, stdout: "nothing to remove for openai\n" });
  });

  it("logs out of the named connection only", async () => {
    const done = await keyward(["logout", "openai", "--connection", "work", "--yes"], { answers: ANSWERS });
    expect(done.calls.at(-1)?.params).toEqual({ profile: null, provider: "openai", connection: "work", everything: false });
  });

  it("removes everything of a provider, its own definition included, and is silent about one that is gone", async () => {
    const done = await keyward(["remove", "twilio", "--yes"], { answers: { ...ANSWERS, "connection.remove": { removed: [] } } });
    expect(done.stdout).toBe("removed the definition of twilio\n");
    expect(done.calls.at(-1)?.params).toMatchObject({ provider: "twilio", everything: true });
    expect(await keyward(["remove", "was-my-own", "--yes"], { answers: ANSWERS })).toMatchObject({ status: 0 });
  });

  it("does not take a slip of the finger for success", async () => {
    const done = await keyward(["remove", "opnai", "--yes"], { answers: ANSWERS });
    expect(done.status).toBe(2);
    expect(done.stderr).toContain("did you mean openai?");
  });

  it("says where the key itself is ended", async () => {
    expect((await keyward(["revoke", "openai", "--yes"], { answers: ANSWERS })).stderr).toContain("https://platform.openai.com/api-keys");
  });
});
