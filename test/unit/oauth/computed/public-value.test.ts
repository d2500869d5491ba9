import { expect, it } from "vitest";
import { toSecrets } from "../../../../src/oauth/computed/kind.ts";
import { publicValue } from "../../../../src/oauth/computed/public-value.ts";

it("gives an input that is no secret, and never one that is", () => {
  const source = { flow: "app", values: toSecrets({ installation_id: "4/5", private_key: "p" }) } as const;
  expect(publicValue(source, "installation_id")).toBe("4%2F5");
  expect(() => publicValue(source, "private_key")).toThrow("no public input");
  expect(() => publicValue(source, "other")).toThrow("no public input");
});
