import { describe, expect, it } from "vitest";
import { day, maskToken } from "../../../../src/cli/show/hub-token.ts";
import { TOKEN } from "../../../support/cli/hub-answers.ts";

describe("a hub's token", () => {
  it("is shown by its ends, its days as dates", () => {
    expect(maskToken(TOKEN)).toBe(`${TOKEN.slice(0, 12)}…${TOKEN.slice(-4)}`);
    expect([day(0, "never"), day(null, "never")]).toEqual(["1970-01-01", "never"]);
  });
});
