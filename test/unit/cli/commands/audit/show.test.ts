import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../../src/core/errors.ts";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS, AUDIT_ENTRY } from "../../../../support/cli/sample-answers.ts";

const refused = { ...AUDIT_ENTRY, kind: "denied" as const, status: 403, code: "RULE_DENIED", credential: "none" as const };

describe("audit show", () => {
  it("shows everything of a request, without a next step when all was well", async () => {
    const done = await keyward(["audit", "show", "req_1"], { answers: ANSWERS });
    expect(done.calls).toEqual([{ method: "audit.show", params: { profile: null, request: "req_1" } }]);
    expect(done.stdout).toMatch(/^to: +GET api\.openai\.com\/v1\/models$/m);
    expect(done.stdout).toMatch(/^credential: injected: /m);
    expect(done.stdout).toMatch(/^released: +2025-01-31T11:59:59\.992Z$/m);
    expect(done.stdout).not.toContain("next:");
  });

  it("says what a refusal means and what to type", async () => {
    const answers = { "audit.show": { entry: refused, releasedAtMs: null } };
    const done = await keyward(["audit", "show", "req_1"], { answers });
    expect(done.stdout).toContain(
      "RULE_DENIED: a rule of the run forbids this request\nnext: keyward explain GET 'https://api.openai.com/v1/models'\n",
    );
    expect(done.stdout).toMatch(/^released: +no$/m);
    expect(done.stdout).toMatch(/^status: +403, keyward's own answer$/m);
    const json = await keyward(["audit", "show", "req_1", "--json"], { answers });
    expect(JSON.parse(json.stdout)).toMatchObject({
      code: "RULE_DENIED",
      meaning: "a rule of the run forbids this request",
      released_at: null,
    });
  });

  it("leaves out what a record of something else than traffic does not have", async () => {
    const entry = { ...AUDIT_ENTRY, kind: "login" as const, runId: null, host: null, credential: null };
    const done = await keyward(["audit", "show", "req_1"], { answers: { "audit.show": { entry, releasedAtMs: null } } });
    expect(done.stdout).not.toMatch(/^(?:to|bytes|status|took):/m);
    expect(done.stdout).toMatch(/^run: +none$/m);
  });

  it("marks a request that has not ended", async () => {
    const entry = { ...AUDIT_ENTRY, status: null, ms: null };
    const done = await keyward(["audit", "show", "req_1"], { answers: { "audit.show": { entry, releasedAtMs: 1 } } });
    expect(done.stdout).toContain("request, under way or cut off");
  });

  it("ends with 2 for an id that no record has", async () => {
    const unknown = (): never => {
      throw new KeywardError("REQUEST_UNKNOWN", "no audit record of this profile has this request id");
    };
    expect(await keyward(["audit", "show", "req_x"], { answers: { "audit.show": unknown } })).toMatchObject({ status: 2, stdout: "" });
  });
});
