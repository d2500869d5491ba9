import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";
import { SLACK_SECRET } from "../../../support/cli/vault-answers.ts";

function needing(variables: readonly string[]) {
  let supplied: Readonly<Record<string, string>> = {};
  const answers = {
    ...ANSWERS,
    "vault.supply": (params: { variables: Readonly<Record<string, string>> }) => {
      supplied = params.variables;
      return {};
    },
    "vault.pull": () => {
      if (Object.keys(supplied).length > 0) return { secret: SLACK_SECRET };
      throw new KeywardError("CREDENTIALS_MISSING", "a secret cannot be had", { detail: { variables } });
    },
  };
  return answers;
}

describe("a call whose secret is kept where a variable leads", () => {
  it("is made again after the variables that were asked for were handed over, and no others", async () => {
    const done = await keyward(["vault", "pull", "KEY"], { answers: needing(["A", "B"]), env: { A: "1", B: "", C: "3" } });
    expect(done.status).toBe(0);
    expect(done.calls.map(({ method }) => method)).toEqual(["vault.pull", "vault.supply", "vault.pull"]);
    expect(done.calls[1]?.params).toEqual({ variables: { A: "1" } });
  });

  it("fails as it did when none is set, or when none was asked for", async () => {
    const unset = await keyward(["vault", "pull", "KEY"], { answers: needing(["A"]) });
    expect([unset.status, unset.calls.length]).toEqual([7, 1]);
    const none = await keyward(["vault", "pull", "KEY"], { answers: needing([]), env: { A: "1" } });
    expect([none.status, none.calls.length]).toEqual([7, 1]);
  });
});
