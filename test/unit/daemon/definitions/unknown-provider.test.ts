import { expect, it } from "vitest";
import { unknownProvider } from "../../../../src/daemon/definitions/unknown-provider.ts";

it("a misspelled provider is named, with at most three guesses", () => {
  expect(unknownProvider("opnai", []).message).toBe("there is no provider 'opnai'");
  expect(unknownProvider("opnai", ["openai", "b", "c", "d"]).message).toBe("there is no provider 'opnai'; did you mean openai or b or c?");
});

it("what cannot be an id is not repeated, for it may be a key", () => {
  const pasted = `SK_${"a1B2".repeat(8)}`;
  expect(unknownProvider(pasted, []).message).not.toContain(pasted);
});
