import { expect, it } from "vitest";
import { computedSchema } from "../../../../src/providers/oauth/computed-schema.ts";

it("fills in what is not said, and takes nothing that it does not know", () => {
  const [section] = computedSchema.parse([{ flow: "app", tokenUrl: "https://a.test/{installation_id}", howTo: "there" }]);
  expect(section).toEqual({ flow: "app", field: "key", tokenUrl: "https://a.test/{installation_id}", scopes: [], howTo: "there" });
  for (const wrong of [[], [{ flow: "app" }], [{ flow: "other", howTo: "x" }], [{ flow: "app", howTo: "x", key: "y" }]])
    expect(computedSchema.safeParse(wrong).success).toBe(false);
});
